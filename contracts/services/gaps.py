"""One click that closes a gap: the standard clause of its kind, and the fields it speaks of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from contracts.models import Clause, Contract
from contracts.rules.completeness import Gap
from contracts.selectors.completeness import completeness_facts, gaps_of_many
from contracts.selectors.contracts import preset_choices
from contracts.services.clauses import add_clause
from contracts.services.contracts import update_contract
from contracts.states import ClauseKind, ContractState, LateChargeKind, PrepaymentKind
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction

#: What a contract gets where neither its template nor its service says a figure.
SUSPENSION_DAYS: Final = 15
ACCEPTANCE_DAYS: Final = 7
#: The statute a late charge leans on where no rate was agreed, by the creditor's country.
STATUTORY_PRESETS: Final[Mapping[str, str]] = {
    "CN": "cn_sale_default",
    "GB": "uk_lpcdia",
    "DE": "de_288",
}
_EU: Final = "eu_2011_7"
#: Law and forum at the creditor's seat, in the words of the library.
HOME_LAW: Final[Mapping[str, tuple[str, str]]] = {
    "CN": (
        "the People's Republic of China / 中华人民共和国",
        "the people's court with jurisdiction at the Supplier's domicile"
        " / 乙方住所地有管辖权的人民法院",
    ),
    "GB": (
        "England and Wales / 英格兰和威尔士",
        "the courts of England and Wales / 英格兰和威尔士法院",
    ),
}
# The law keeps the three kinds apart, and so do the clauses.
_PREPAYMENT_CLAUSES: Final[Mapping[str, str]] = {
    PrepaymentKind.PREPAYMENT: "prepayment",
    PrepaymentKind.EARNEST: "earnest-money",
    PrepaymentKind.DEPOSIT: "security-deposit",
}


class UnableToFillGap(Refusal):
    """This gap is not closed by one click."""


@in_transaction
def fill_gap(*, contract: Contract, gap: str, actor: User | None, at: dt.datetime) -> Contract:
    """Add the standard clause that closes a gap, and fill the fields that it names.

    Raises UnableToFillGap when the contract is no draft, when there is no such gap, or when a
    person has to decide; the page then links to the field.
    """
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor", "client", "service_type", "template")
        .get(pk=contract.pk)
    )
    if row.state != ContractState.DRAFT:
        raise UnableToFillGap(
            _("Only a draft is completed. Take the contract back, or agree an amendment.")
        )
    found = _gap(row, gap, day_in(at, row.creditor.time_zone))
    if found.fix is None:
        raise UnableToFillGap(_("No clause closes this. Fill the field that the check names."))
    fields = _FIELDS[found.fix](row) if found.fix in _FIELDS else {}
    wanted = {n: value for n, value in fields.items() if value and _is_empty(row, n)}
    if wanted:
        row = update_contract(contract=row, actor=actor, at=at, **wanted)
    (facts,) = completeness_facts([row.pk], day_in(at, row.creditor.time_zone))
    if found.fix not in facts.clause_kinds:
        add_clause(contract=row, clause=_standard(found.fix, row), actor=actor, at=at)
    elif not wanted:
        raise UnableToFillGap(
            _("The clause is there; what is missing is only known to you. Fill the field.")
        )
    return row


def _gap(contract: Contract, code: str, on: dt.date) -> Gap:
    for gap in gaps_of_many([contract.pk], on)[contract.pk]:
        if gap.code == code:
            return gap
    raise UnableToFillGap(_("This is closed already."))


def _standard(kind: ClauseKind, contract: Contract) -> Clause:
    active = Clause.objects.filter(kind=kind, is_active=True)
    clause = active.filter(is_standard=True).first()
    if kind == ClauseKind.PREPAYMENT:
        code = _PREPAYMENT_CLAUSES[contract.prepayment_kind]
        clause = active.filter(code=code).first() or clause
    if clause is None:
        raise UnableToFillGap(
            _("The library has no standard clause “%(kind)s”. Mark one there, or write the clause.")
            % {"kind": kind.label}
        )
    return clause


def _is_empty(contract: Contract, name: str) -> bool:
    value = getattr(contract, name)
    if name == "late_charge_kind":
        return bool(value == LateChargeKind.NONE)
    if name in {"late_charge_preset", "late_charge_rate"}:
        return contract.late_charge_kind == LateChargeKind.NONE
    return value in {None, ""}


def _late_charge(contract: Contract) -> dict[str, Any]:
    """As the template says; else the statute of the creditor's country."""
    template = contract.template
    if template is not None and template.late_charge_kind != LateChargeKind.NONE:
        return {
            "late_charge_kind": template.late_charge_kind,
            "late_charge_preset": template.late_charge_preset,
            "late_charge_rate": template.late_charge_rate,
        }
    preset = STATUTORY_PRESETS.get(contract.creditor.country, _EU)
    if preset not in dict(preset_choices("en")):
        return {}
    return {"late_charge_kind": LateChargeKind.PRESET, "late_charge_preset": preset}


def _suspension(contract: Contract) -> dict[str, Any]:
    days = contract.template.suspension_days if contract.template else None
    return {"suspension_days": days if days is not None else SUSPENSION_DAYS}


def _acceptance(contract: Contract) -> dict[str, Any]:
    days = contract.service_type.acceptance_days if contract.service_type else None
    return {"acceptance_days": days if days is not None else ACCEPTANCE_DAYS}


def _notices(contract: Contract) -> dict[str, Any]:
    """The client's first contact and its registered address."""
    contact = contract.client.contacts.exclude(email="").order_by("-is_primary", "pk").first()
    return {
        "notice_email": contact.email if contact else "",
        "notice_address": contract.client.address,
    }


def _law(contract: Contract) -> dict[str, Any]:
    template = contract.template
    law, forum = HOME_LAW.get(contract.creditor.country, ("", ""))
    if template is not None:
        law, forum = template.governing_law or law, template.forum or forum
    return {"governing_law": law, "forum": forum}


_FIELDS: Final[Mapping[ClauseKind, Callable[[Contract], dict[str, Any]]]] = {
    ClauseKind.LATE_CHARGE: _late_charge,
    ClauseKind.SUSPENSION: _suspension,
    ClauseKind.ACCEPTANCE: _acceptance,
    ClauseKind.NOTICES: _notices,
    ClauseKind.LAW: _law,
}
