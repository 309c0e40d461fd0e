"""Notices in the reader's words: what happened, where its row is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from credit.models import CreditNotice
from credit.states import AdverseKind, NoticeSignal


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What happened, in a sentence; the address of the row; the next step and where it is done."""

    text: str
    url: str
    step: str
    step_url: str


def words_of_notice(row: CreditNotice) -> NoticeWords:
    """A notice as pages and mails tell it."""
    return _WORDS[NoticeSignal(row.signal)](row.client_id, row.facts)


def _grade(client_id: int, facts: dict[str, Any]) -> NoticeWords:
    return NoticeWords(
        _("The grade fell from %(was)s to %(is)s.") % facts,
        reverse("credit:file", args=[client_id]),
        _("Look at the client and note what you found"),
        reverse("credit:look_new", args=[client_id]),
    )


def _likely_late(client_id: int, facts: dict[str, Any]) -> NoticeWords:
    return NoticeWords(
        _("%(chance)d%% chance that an invoice goes over 30 days late.") % facts,
        reverse("credit:snapshot", args=[facts["snapshot"]]),
        _("Call the client"),
        f"{reverse('interactions:call')}?client={client_id}",
    )


def _over_limit(client_id: int, facts: dict[str, Any]) -> NoticeWords:
    language = get_language() or "en"
    used, limit = (
        format_money(Decimal(facts[name]), facts["currency"], language)
        for name in ("used", "limit")
    )
    url = reverse("clients:standing", args=[client_id])
    return NoticeWords(
        _("Exposure of %(used)s is over the limit of %(limit)s.") % {"used": used, "limit": limit},
        url,
        _("Agree what is paid before more is delivered"),
        f"{reverse('payments:invoices')}?client={client_id}&show=overdue",
    )


def _bad_report(client_id: int, facts: dict[str, Any]) -> NoticeWords:
    kinds = ", ".join(str(AdverseKind(one).label) for one in facts["kinds"])
    whose = {"provider": _provider(facts), "what": kinds}
    text = (
        _("The report of %(provider)s speaks against the client: %(what)s.")
        if kinds
        else _("The report of %(provider)s speaks against the client.")
    )
    return NoticeWords(
        text % whose,
        reverse("credit:report", args=[facts["report"]]),
        _("Look at the client and note what you found"),
        reverse("credit:look_new", args=[client_id]),
    )


def _expired_report(client_id: int, facts: dict[str, Any]) -> NoticeWords:
    return NoticeWords(
        _("The report of %(provider)s has run out.") % {"provider": _provider(facts)},
        reverse("credit:report", args=[facts["report"]]),
        _("File a new one"),
        reverse("credit:report_new", args=[client_id]),
    )


def _provider(facts: dict[str, Any]) -> str:
    name = "provider_zh" if (get_language() or "en").startswith("zh") else "provider"
    return str(facts[name])


_WORDS = {
    NoticeSignal.GRADE: _grade,
    NoticeSignal.LIKELY_LATE: _likely_late,
    NoticeSignal.OVER_LIMIT: _over_limit,
    NoticeSignal.BAD_REPORT: _bad_report,
    NoticeSignal.EXPIRED_REPORT: _expired_report,
}
