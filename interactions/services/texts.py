"""Use cases of the library of texts. Managers keep it; a change is a new version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.states import Language
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import MessageTemplate, MessageTemplateVersion
from interactions.rules.placeholders import stray_braces, unknown_names
from interactions.rules.tone import ToneHit
from interactions.selectors.facts import known_facts
from interactions.services.tone import keep_override, require_calm
from interactions.states import TextChannel

WORDING: Final = ("subject", "body", "subject_zh", "body_zh")
_FILED: Final = ("situation", "channel", "tone", "name", "name_zh", "position", "is_active")


class UnableToSaveText(Refusal):
    """A text of the library cannot be kept like this."""


@in_transaction
def save_text(
    *,
    template: MessageTemplate | None = None,
    fields: Mapping[str, Any],
    wording: Mapping[str, str],
    tone_reason: str = "",
    actor: User | None,
    at: dt.datetime,
) -> MessageTemplate:
    """Keep a text: how it is filed, and a new version when what it says has changed.

    Raises UnableToSaveText naming the field for a missing language or an unknown placeholder,
    UnableToSay for what is not calm.
    """
    row = template or MessageTemplate(code=f"text-{uuid.uuid4().hex[:10]}")
    if template is not None:
        MessageTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    for name in _FILED:
        if name in fields:
            setattr(row, name, fields[name])
    said = {name: wording.get(name, "").replace("\r\n", "\n").strip() for name in WORDING}
    if row.channel == TextChannel.SHORT:
        said |= {"subject": "", "subject_zh": ""}
    _check_complete(said, is_mail=row.channel == TextChannel.MAIL)
    for name in WORDING:
        _check_placeholders(said[name], field=name)
    hits = _check_tone(said, tone_reason)
    row.save()
    version = _new_version(row, said, actor=actor, at=at)
    if version is not None:
        keep_override(about=version, client=None, hits=hits, reason=tone_reason, actor=actor, at=at)
    audit.record(
        action="interactions.save_text",
        actor=actor,
        at=at,
        subject=row,
        payload={
            "code": row.code,
            "active": row.is_active,
            "version": version.number if version else None,
        },
    )
    return row


def _check_complete(said: Mapping[str, str], *, is_mail: bool) -> None:
    for name in WORDING:
        if not said[name] and (is_mail or name.startswith("body")):
            raise UnableToSaveText(
                _("A text of the library is written in both languages."), field=name
            )


def _check_placeholders(text: str, *, field: str) -> None:
    unknown = unknown_names(text, known_facts())
    if unknown:
        names = pgettext("between items", ", ").join(f"{{{name}}}" for name in unknown)
        raise UnableToSaveText(_("Nobody knows these facts: %s.") % names, field=field)
    stray = stray_braces(text)
    if stray:
        raise UnableToSaveText(
            _("A brace stands alone: “%s”. Facts are written as {client_name}.")
            % " ".join(stray[0].split()),
            field=field,
        )


def _check_tone(said: Mapping[str, str], reason: str) -> list[ToneHit]:
    hits = []
    for name in WORDING:
        language = Language.ZH if name.endswith("_zh") else Language.EN
        hits += require_calm(said[name], language=language, reason=reason, field=name)
    return hits


def _new_version(
    row: MessageTemplate, said: Mapping[str, str], *, actor: User | None, at: dt.datetime
) -> MessageTemplateVersion | None:
    newest = row.versions.order_by("-number").first()
    if newest is not None and all(getattr(newest, name) == said[name] for name in WORDING):
        return None
    return MessageTemplateVersion.objects.create(
        template=row,
        number=newest.number + 1 if newest else 1,
        created_at=at,
        created_by=actor,
        **said,
    )
