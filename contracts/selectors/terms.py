"""Which prepayment and terms a client gets, and why; and what a worse grade means for contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Client
from clients.states import Grade
from contracts.models import Contract, GradeTerms, ServiceType
from contracts.rules.prepayment import (
    ReasonCode,
    Required,
    agreed_amount,
    both_reasons,
    reason_in,
    required_amount,
    required_ratio,
)
from contracts.states import BINDING_STATES
from core.models import User


@dataclass(frozen=True, slots=True)
class Terms:
    """What would be asked today: each claim on the ratio, the largest, and why."""

    service_base: Decimal | None
    grade: str
    client_ratio: Decimal
    is_own: bool
    demanded: Decimal | None
    required: Required
    reason: str
    max_terms_days: int | None

    @property
    def ratio(self) -> Decimal:
        """The share of the price to be paid before the work, 0 to 1."""
        return self.required.ratio

    def reason_in(self, language: str) -> str:
        """Why, for a reader of this language."""
        return reason_in(self.reason, language)


def grade_terms(grade: str) -> GradeTerms | None:
    """The row of a grade."""
    return GradeTerms.objects.filter(grade=grade).first()


def terms_for(
    *,
    client: Client,
    service: ServiceType | None = None,
    demanded: Decimal | None = None,
    demanded_reason: str = "",
) -> Terms:
    """What a contract with this client would ask today."""
    kept = grade_terms(client.grade)
    is_own = client.deposit_ratio is not None
    of_grade = kept.prepayment_ratio if kept else Decimal(0)
    ratio = client.deposit_ratio if client.deposit_ratio is not None else of_grade
    base = service.prepayment_ratio if service else None
    required = required_ratio(base, ratio, demanded, is_own=is_own, basis=client.deposit_basis)
    reason = both_reasons(
        required,
        service=service.name if service else "",
        service_zh=service.name_zh if service else "",
        grade=_grade(client.grade, "en"),
        grade_zh=_grade(client.grade, "zh-hans"),
        reason=demanded_reason,
    )
    days = kept.max_terms_days if kept else None
    if client.terms_days is not None:
        days = client.terms_days
    return Terms(base, client.grade, ratio, is_own, demanded, required, reason, days)


def _grade(grade: str, language: str) -> str:
    if grade == Grade.U:
        return "未评级" if language == "zh-hans" else "unrated"
    return grade


def service_of(contract: Contract) -> ServiceType | None:
    """The contract's service; where none is named, that of its lines which asks for most."""
    if contract.service_type_id:
        return contract.service_type
    lines = contract.lines.filter(service_type__isnull=False).select_related("service_type")
    named = [line.service_type for line in lines if line.service_type]
    return max(named, key=lambda one: (one.prepayment_ratio, -one.pk), default=None)


def terms_of(contract: Contract) -> Terms:
    """What this contract would ask if its terms were frozen now."""
    return terms_for(
        client=contract.client,
        service=service_of(contract),
        demanded=contract.demanded_ratio,
        demanded_reason=contract.demanded_reason,
    )


# --- A grade that worsened ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worsened:
    """A contract in force that asks for less than one with the same client would today."""

    contract: Contract
    frozen: Decimal
    now: Decimal

    @property
    def frozen_amount(self) -> Decimal:
        """What the contract asks for."""
        return self.contract.prepayment_agreed

    @property
    def now_amount(self) -> Decimal:
        """What it would ask for today."""
        return required_amount(self.contract.amount, self.now, self.contract.currency)

    @property
    def difference(self) -> Decimal:
        """How much less is secured than would be today."""
        return self.now_amount - self.frozen_amount

    @property
    def options(self) -> list[tuple[str, str]]:
        """What the law allows, as heading and sentence. Nothing of it happens by itself."""
        return [
            (
                _("Suspend our part until security is given"),
                _(
                    "Anxiety defence (不安抗辩权, PRC Civil Code art. 527-528): whoever performs "
                    "first may suspend if there is definite evidence that the other side's "
                    "business is seriously worse, that it moves assets away, that it lost its good "
                    "name, or that it cannot or may not be able to perform. Tell the client at "
                    "once, with the evidence. Resume when proper security is given; without it, "
                    "and if ability does not return in a reasonable time, the contract may be "
                    "ended. Suspending without such evidence is a breach of ours; a worse grade "
                    "alone is not enough."
                ),
            ),
            (
                _("Agree an amendment"),
                _(
                    "Both sides may agree on more prepayment, a security deposit, a guarantee, or "
                    "shorter terms. It binds when the client accepts it."
                ),
            ),
            (
                _("Leave the contract as it is"),
                _("What was agreed stays binding. The next contract follows the new grade."),
            ),
        ]


def _ratio_now() -> Coalesce:
    of_grade = GradeTerms.objects.filter(grade=OuterRef("client__grade")).values("prepayment_ratio")
    return Coalesce(
        F("client__deposit_ratio"),
        Subquery(of_grade[:1]),
        output_field=DecimalField(max_digits=5, decimal_places=4),
    )


def worsened_contracts(*, user: User, client: Client | None = None) -> QuerySet[Contract]:
    """Contracts in force whose client would be asked for more today; `ratio_now` says how much."""
    found = (
        Contract.objects.visible_to(user)
        .filter(state__in=BINDING_STATES, prepayment_ratio__isnull=False)
        .annotate(ratio_now=_ratio_now())
        .filter(ratio_now__gt=F("prepayment_ratio"))
        .select_related("client", "creditor")
    )
    if client is not None:
        found = found.filter(client=client)
    return found.order_by("client__name_pinyin", "pk")


def effects(rows: Iterable[Contract]) -> list[Worsened]:
    """The effect on each row of `worsened_contracts`."""
    return [
        Worsened(row, row.prepayment_ratio or Decimal(0), vars(row)["ratio_now"]) for row in rows
    ]


def worsened(contract: Contract) -> Worsened | None:
    """The effect of the client's grade on a contract in force; None where there is none."""
    if contract.state not in BINDING_STATES or contract.prepayment_ratio is None:
        return None
    now = terms_for(client=contract.client).client_ratio
    if now <= contract.prepayment_ratio:
        return None
    return Worsened(contract, contract.prepayment_ratio, now)


def terms_context(contract: Contract) -> dict[str, object]:
    """What the part `contracts/_terms.html` reads: the frozen terms, or what they would be."""
    language = translation.get_language() or "en"
    is_frozen = contract.prepayment_ratio is not None
    terms = terms_of(contract)
    kept = contract.prepayment_ratio if contract.prepayment_ratio is not None else terms.ratio
    return {
        "contract": contract,
        "terms": terms,
        "terms_frozen": is_frozen,
        "terms_ratio": kept * 100,
        "terms_amount": agreed_amount(
            contract.amount, kept, contract.prepayment_kept, contract.currency
        ),
        "terms_reason": reason_in(contract.prepayment_reason, language)
        if is_frozen
        else terms.reason_in(language),
        "terms_too_long": terms.max_terms_days is not None
        and contract.terms_days > terms.max_terms_days,
        "worse": worsened(contract),
        "no_claim": terms.required.code == ReasonCode.NONE,
    }
