"""The one mail of a day about credit notices, in its reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import CreditNotice
from credit.selectors.notice_words import words_of_notice
from credit.states import NoticeLevel

#: The mail names so many; the rest stands on the page it leads to.
NAMED = 30
#: The gravest first.
ORDER = (NoticeLevel.URGENT, NoticeLevel.WARNING, NoticeLevel.NOTICE)


def digest_text(rows: Sequence[CreditNotice], *, name: str, language: str) -> tuple[str, str]:
    """Subject and body; `client` of each row is there."""
    ordered = sorted(rows, key=lambda row: (ORDER.index(NoticeLevel(row.level)), row.pk))
    with translation.override(language):
        lines = [_("Hello %(name)s,") % {"name": name}, "", _opening(len(rows)), ""]
        for level, some in groupby(ordered[:NAMED], key=lambda row: row.level):
            lines.append(str(NoticeLevel(level).label))
            for row in some:
                lines += _told(row)
            lines.append("")
        if len(rows) > NAMED:
            lines += [_("%(n)d more are on the page.") % {"n": len(rows) - NAMED}, ""]
        lines.append(_("All of them: %(url)s") % {"url": _address(reverse("credit:notices"))})
        lines += ["", _("You get this once a day at most, and only when there is something new.")]
        return _subject(ordered), "\n".join(lines) + "\n"


def _opening(count: int) -> str:
    return ngettext(
        "this happened to a client of ours that you should know:",
        "%(n)d things happened to clients of ours that you should know:",
        count,
    ) % {"n": count}


def _told(row: CreditNotice) -> list[str]:
    words = words_of_notice(row)
    return [
        f"- {row.client.legal_name}: {words.text}",
        f"  {words.step}: {_address(words.step_url)}",
    ]


def _subject(rows: Sequence[CreditNotice]) -> str:
    urgent = sum(row.level == NoticeLevel.URGENT for row in rows)
    if urgent:
        return ngettext("Credit: %(n)d urgent notice", "Credit: %(n)d urgent notices", urgent) % {
            "n": urgent
        }
    return ngettext("Credit: %(n)d new notice", "Credit: %(n)d new notices", len(rows)) % {
        "n": len(rows)
    }


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
