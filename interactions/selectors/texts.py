"""Reads of the library of texts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from core.mailing import one_line
from interactions.models import MessageTemplate, MessageTemplateVersion
from interactions.rules.placeholders import fill
from interactions.selectors.facts import Occasion, facts_for, known_facts


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the library with the facts of a client. `missing` has to be known first."""

    subject: str
    body: str
    missing: tuple[str, ...]

    def missing_labels(self) -> list[str]:
        """What is missing, in the reader's language."""
        known = known_facts()
        return [str(known.get(name, name)) for name in self.missing]


def templates_listed(*, channel: str = "", with_unused: bool = False) -> QuerySet[MessageTemplate]:
    """The library in its order, each with the number of its newest version."""
    newest = MessageTemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
    rows = MessageTemplate.objects.annotate(newest=Subquery(newest.values("number")[:1]))
    if channel:
        rows = rows.filter(channel=channel)
    if not with_unused:
        rows = rows.filter(is_active=True)
    return rows.order_by("position", "pk")


def newest_text(template: MessageTemplate) -> MessageTemplateVersion:
    """What a text says today."""
    found = template.versions.order_by("-number").first()
    if found is None:
        raise MessageTemplateVersion.DoesNotExist
    return found


def write_text(version: MessageTemplateVersion, occasion: Occasion) -> Written:
    """The text in the client's language with its facts; line ends left over by none are closed."""
    facts, language = facts_for(occasion), occasion.spoken
    subject = fill(version.subject_in(language), facts)
    body = fill(version.body_in(language), facts)
    return Written(
        subject=one_line(subject.text),
        body=re.sub(r"\n{3,}", "\n\n", body.text).strip(),
        missing=tuple(dict.fromkeys((*subject.missing, *body.missing))),
    )
