"""The library as its pages and the editor of a contract show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from clients.models import Creditor
from contracts.models import (
    Clause,
    ClauseVersion,
    Contract,
    ContractClause,
    ContractTemplate,
    ServiceType,
)
from contracts.rules.wording import (
    EN,
    LANGUAGES,
    PLACEHOLDERS,
    ZH,
    Facts,
    fill,
    in_language,
    late_charge,
    words_of,
)
from contracts.selectors.contracts import preset_choices
from contracts.states import ClauseKind


def clauses_listed(*, kind: str = "", with_unused: bool = False) -> QuerySet[Clause]:
    """Clauses with the number of their newest version and how many contracts carry them."""
    used = (
        ContractClause.objects.filter(version__clause=OuterRef("pk"))
        .order_by()
        .values("version__clause")
        .annotate(n=Count("contract", distinct=True))
        .values("n")
    )
    found = Clause.objects.annotate(newest=Max("versions__number"), used=Subquery(used))
    if kind:
        found = found.filter(kind=kind)
    if not with_unused:
        found = found.filter(is_active=True)
    return found.order_by("position", "code")


def services_listed() -> QuerySet[ServiceType]:
    """Kinds of service with the number of their templates."""
    return ServiceType.objects.annotate(template_count=Count("templates")).order_by("code")


def templates_listed(*, only_active: bool = False) -> QuerySet[ContractTemplate]:
    """Templates with their service and the number of their clauses."""
    found = ContractTemplate.objects.select_related("service_type")
    if only_active:
        found = found.filter(is_active=True, service_type__is_active=True)
    return found.annotate(clause_count=Count("clauses")).order_by("service_type__code", "name")


def clauses_to_add(contract: Contract) -> list[tuple[str, list[Clause]]]:
    """What the library has and the contract has not: by kind, what is missing altogether first."""
    present = set(contract.clauses.values_list("version__clause_id", flat=True))
    kinds = set(contract.clauses.values_list("kind", flat=True))
    free = [
        clause
        for clause in Clause.objects.filter(is_active=True, versions__isnull=False).distinct()
        if clause.pk not in present
    ]
    groups = [
        (str(kind.label), [one for one in free if one.kind == kind], kind.value not in kinds)
        for kind in ClauseKind
    ]
    groups.sort(key=lambda group: not group[2])
    return [(label, rows) for label, rows, _is_missing in groups if rows]


def name_of(row: Clause | ServiceType | ContractTemplate) -> str:
    """The name in the reader's language."""
    return row.name_zh if get_language() == ZH else row.name


def placeholder_list(language: str) -> list[tuple[str, str]]:
    """Each placeholder as it is typed, and what it stands for."""
    column = 1 if language == ZH else 0
    return [(f"{{{name}}}", words[column]) for name, words in PLACEHOLDERS.items()]


def newest_version(clause: Clause) -> ClauseVersion | None:
    """The wording that counts today."""
    return clause.versions.order_by("-number").first()


def suggested_number(creditor: Creditor, year: int) -> str:
    """The next free number of a creditor in a year: `OWN-2026-014`."""
    prefix = f"{creditor.code.upper()}-{year}-"
    taken = Contract.objects.filter(creditor=creditor, number__startswith=prefix)
    tails = (number.removeprefix(prefix) for number in taken.values_list("number", flat=True))
    last = max((int(tail) for tail in tails if tail.isascii() and tail.isdigit()), default=0)
    return f"{prefix}{last + 1:03d}"


def template_content(template: ContractTemplate, language: str) -> Mapping[str, Any]:
    """A template as the content of a contract that has no client yet; its gaps show."""
    names = {
        one: dict(preset_choices(one)).get(template.late_charge_preset, "") for one in LANGUAGES
    }
    facts = Facts(
        number="",
        currency="",
        title={EN: template.title, ZH: template.title_zh},
        terms_days=template.terms_days,
        late_kind=template.late_charge_kind,
        late_rate=template.late_charge_rate,
        late_preset=template.late_charge_preset,
        preset_names=names,
        suspension_days=template.suspension_days,
        acceptance_days=template.service_type.acceptance_days,
        governing_law=template.governing_law,
        forum=template.forum,
    )
    words = {one: words_of(facts, one) for one in LANGUAGES}
    clauses = list(template.clauses.filter(is_active=True).order_by("position", "code"))
    newest = {
        version.clause_id: version
        for version in ClauseVersion.objects.filter(clause__in=clauses).order_by("number")
    }
    return {
        "title": template.title,
        "title_zh": template.title_zh,
        "language": language,
        "terms": {
            "late_charge": late_charge(facts, EN),
            "late_charge_zh": late_charge(facts, ZH),
            "governing_law": in_language(template.governing_law, EN),
            "governing_law_zh": in_language(template.governing_law, ZH),
        },
        "clauses": [
            {
                "kind": clause.kind,
                "code": clause.code,
                "heading": newest[clause.pk].heading,
                "heading_zh": newest[clause.pk].heading_zh,
                "body": fill(newest[clause.pk].body, words[EN], EN),
                "body_zh": fill(newest[clause.pk].body_zh, words[ZH], ZH),
            }
            for clause in clauses
            if clause.pk in newest
        ],
    }
