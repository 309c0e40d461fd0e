"""Use cases of the tone check: refuse what is not calm, keep what was sent all the same."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clients.models import Client
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from interactions.models import ToneOverride, ToneRule
from interactions.rules import patterns, tone
from interactions.rules.tone import ToneHit
from interactions.selectors.tone import check_text, hits_kept
from interactions.states import PatternKind, ToneExcuse, ToneName, ToneSeverity

LONGEST_REASON: Final = 300


class UnableToSay(Refusal):
    """A text is not sent as it is. `hits` are what has to change, or needs a reason."""

    def __init__(self, message: str, *, field: str | None, hits: Sequence[ToneHit]) -> None:
        super().__init__(message, field=field)
        self.hits = tuple(hits)


class UnableToSaveTone(Refusal):
    """An entry of the lexicon cannot be kept like this."""


def require_calm(
    text: str,
    *,
    language: str,
    client: Client | None = None,
    reason: str = "",
    field: str | None = None,
) -> list[ToneHit]:
    """Refuse a text that a client must not be sent; returns the warnings `reason` speaks for.

    Every service that sends what a person wrote calls this, and then `keep_override` with what
    it returns. Raises UnableToSay naming the rule and a calmer wording: for what is never sent,
    and for a warning without a reason.
    """
    hits = check_text(text.replace("\r\n", "\n"), language=language, client=client)
    blocks = [hit for hit in hits if hit.severity == tone.BLOCK]
    if blocks:
        raise UnableToSay(_blocked(blocks[0]), field=field, hits=hits)
    if hits and not reason.strip():
        raise UnableToSay(_warned(hits), field=field, hits=hits)
    return hits


def _blocked(hit: ToneHit) -> str:
    words = {"rule": ToneName(hit.rule).label, "matched": " ".join(hit.matched.split())}
    if not hit.calmer:
        return _("This cannot be sent (%(rule)s): “%(matched)s”.") % words
    return _("This cannot be sent (%(rule)s): “%(matched)s”. Calmer: “%(calmer)s”") % {
        **words,
        "calmer": hit.calmer,
    }


def _warned(hits: Sequence[ToneHit]) -> str:
    separator = pgettext("between items", ", ")
    rules = separator.join(dict.fromkeys(str(ToneName(hit.rule).label) for hit in hits))
    return _("This may do harm (%(rules)s). Change it, or say why it is sent all the same.") % {
        "rules": rules
    }


def keep_override(
    *,
    about: models.Model,
    client: Client | None,
    hits: Sequence[ToneHit],
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> ToneOverride | None:
    """Write down that a text was sent although it warned; None when there was nothing to warn of.

    In the transaction that keeps what was sent.
    """
    if not hits:
        return None
    row = ToneOverride.objects.create(
        client=client,
        about_type=about._meta.label_lower,
        about_id=str(about.pk),
        hits=hits_kept(hits),
        reason=reason.strip()[:LONGEST_REASON],
        decided_at=at,
        decided_by=actor,
    )
    audit.record(
        action="interactions.send_all_the_same",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{client.pk}" if client else "system",
        payload={"about": f"{row.about_type}:{row.about_id}", "rules": _rules(hits)},
    )
    return row


def _rules(hits: Sequence[ToneHit]) -> list[str]:
    return sorted({hit.rule for hit in hits})


# --- the lexicon ------------------------------------------------------------------------------

_REFUSED: Final[Mapping[str, Any]] = {
    patterns.EMPTY: gettext_lazy("Say what is looked for."),
    patterns.TOO_LONG: gettext_lazy("This is too long; make several entries of it."),
    patterns.BROKEN: gettext_lazy("This is not a pattern: a bracket or a sign is not closed."),
    patterns.ENDLESS: gettext_lazy(
        "A repeat without an end can take for ever. Say how many at most, such as {0,12}."
    ),
    patterns.GROUP_REPEATED: gettext_lazy(
        "A group cannot be repeated; write it out, or make it optional with ?."
    ),
    patterns.TOO_MANY: gettext_lazy("At most 40 repeats."),
    patterns.UNKNOWN_GROUP: gettext_lazy(
        "Only (…), (?:…), (?=…), (?!…), (?<=…) and (?<!…) are known here."
    ),
    patterns.REFERENCE: gettext_lazy("References to what was found before are not known here."),
    patterns.TOO_MANY_WAYS: gettext_lazy(
        "There are too many ways to match this; make several entries of it."
    ),
    patterns.MATCHES_NOTHING: gettext_lazy("This finds everything, even an empty text."),
}
_FIELDS: Final = (
    "rule",
    "severity",
    "language",
    "kind",
    "pattern",
    "unless",
    "calmer",
    "why",
    "why_zh",
    "is_active",
)


@in_transaction
def save_tone_rule(
    *, key: str = "", note: str, actor: User | None, at: dt.datetime, **fields: Any
) -> ToneRule:
    """Keep an entry of the lexicon: a new one, or a new version of the one with this key.

    Raises UnableToSaveTone with the field at fault.
    """
    before = ToneRule.objects.newest().filter(key=key).first() if key else None
    if key and before is None:
        raise UnableToSaveTone(_("There is no such entry."))
    row = ToneRule(
        key=key or f"{fields['rule'].lower().replace('_', '-')}-{uuid.uuid4().hex[:8]}",
        version=before.version + 1 if before else 1,
        note=note.strip(),
        created_at=at,
        created_by=actor,
        **{name: fields[name] for name in _FIELDS if name in fields},
    )
    _check_entry(row)
    if before and all(getattr(before, name) == getattr(row, name) for name in _FIELDS):
        raise UnableToSaveTone(_("Nothing is changed."), field="pattern")
    if before and not row.note:
        raise UnableToSaveTone(_("Say why it is changed."), field="note")
    clash = {"tone_rule_version_once": _("Somebody changed this entry meanwhile. Look again.")}
    with refusing(UnableToSaveTone, clash):
        row.save()
    audit.record(
        action="interactions.save_tone_rule",
        actor=actor,
        at=at,
        subject=row,
        payload={"key": row.key, "version": row.version, "active": row.is_active, "rule": row.rule},
    )
    return row


def _check_entry(row: ToneRule) -> None:
    row.pattern = row.pattern.strip()
    row.unless = sorted(set(row.unless) & set(ToneExcuse.values))
    if row.rule not in ToneName.values or row.severity not in ToneSeverity.values:
        raise UnableToSaveTone(_("Choose the rule and what happens."), field="rule")
    if row.kind == PatternKind.SHAPE:
        if row.pattern not in tone.SHAPES:
            known = ", ".join(tone.SHAPES)
            raise UnableToSaveTone(_("Known ways of writing: %s.") % known, field="pattern")
        return
    if row.kind == PatternKind.PHRASE:
        # A phrase is taken as it is typed; what is left of it after folding must be something.
        if len(re.sub(r"\W", "", row.pattern)) < 2:  # noqa: PLR2004  # one letter finds everything
            raise UnableToSaveTone(_("Say what is looked for."), field="pattern")
        return
    try:
        patterns.check_pattern(row.pattern)
    except patterns.PatternRefused as refused:
        raise UnableToSaveTone(_REFUSED[refused.reason], field="pattern") from refused
