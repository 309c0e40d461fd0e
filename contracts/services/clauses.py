"""The clauses of a draft: from the library, or written for this contract."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.utils.translation import gettext_lazy as _

from contracts.models import Clause, ClauseVersion, Contract, ContractClause
from contracts.rules.wording import unknown_placeholders
from contracts.services.drafts import locked_draft, moved_by, place_in_order, record_act
from contracts.states import ClauseKind, ContractLanguage
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction

MOST_CLAUSES: Final = 120
LONGEST_TEXT: Final = 20_000
# What `_cite_late_charge` writes; a citation somebody wrote by hand is left alone.
_OWN_CITATION: Final = re.compile(r"(clause \d+|第\d+条)?")


class UnableToChangeClauses(Refusal):
    """The clauses of this contract cannot be changed like this."""


@in_transaction
def add_clause(
    *, contract: Contract, clause: Clause, actor: User | None, at: dt.datetime
) -> ContractClause:
    """Put a clause of the library, as it reads today, into a draft at its usual place.

    Raises UnableToChangeClauses when it is in the contract already, or withdrawn.
    """
    draft = locked_draft(contract, UnableToChangeClauses)
    if not clause.is_active:
        raise UnableToChangeClauses(
            _("“%(name)s” is no longer in use. Choose another clause.") % {"name": clause.name}
        )
    order = list(draft.clauses.select_related("version__clause"))
    if any(one.version and one.version.clause_id == clause.pk for one in order):
        raise UnableToChangeClauses(
            _("“%(name)s” is in this contract already. Edit it there.") % {"name": clause.name}
        )
    _room_for_one_more(order)
    version = clause.versions.order_by("-number").first()
    if version is None:
        raise UnableToChangeClauses(
            _("“%(name)s” has no text yet. Write its first version.") % {"name": clause.name}
        )
    row = from_library(draft, clause, version, position=len(order) + 1)
    row.save()
    place_in_order(_at_its_place(order, row, clause.position))
    _cite_late_charge(contract, draft)
    payload = {"clause": row.pk, "code": clause.code, "version": version.number}
    record_act(action="contracts.add_clause", contract=draft, actor=actor, at=at, payload=payload)
    return row


@in_transaction
def write_clause(
    *,
    contract: Contract,
    kind: str,
    heading: str = "",
    heading_zh: str = "",
    body: str = "",
    body_zh: str = "",
    clause: ContractClause | None = None,
    actor: User | None,
    at: dt.datetime,
) -> ContractClause:
    """Write a clause for this contract alone: a new one, or another wording of `clause`.

    Every language of the contract needs heading and text. A clause that came from the library
    and is worded anew is no longer that version. Raises UnableToChangeClauses with the field.
    """
    draft = locked_draft(contract, UnableToChangeClauses)
    texts = {"heading": heading, "heading_zh": heading_zh, "body": body, "body_zh": body_zh}
    texts = {name: _tidy(text) for name, text in texts.items()}
    if kind not in ClauseKind.values:
        raise UnableToChangeClauses(_("Choose what the clause settles."), field="kind")
    _check_languages(draft, texts)
    check_wording(texts["body"], field="body")
    check_wording(texts["body_zh"], field="body_zh")
    if clause is None:
        order = list(draft.clauses.all())
        _room_for_one_more(order)
        row = ContractClause(contract=draft, position=len(order) + 1)
    else:
        row = _still_there(draft, clause)
    if texts != {name: getattr(row, name) for name in texts}:
        row.version = None
    row.kind = kind
    for name, text in texts.items():
        setattr(row, name, text)
    row.save()
    _cite_late_charge(contract, draft)
    payload = {"clause": row.pk, "kind": kind, "position": row.position}
    record_act(action="contracts.write_clause", contract=draft, actor=actor, at=at, payload=payload)
    return row


@in_transaction
def remove_clause(*, clause: ContractClause, actor: User | None, at: dt.datetime) -> Contract:
    """Take a clause out of a draft; those after it move up."""
    draft = locked_draft(clause.contract, UnableToChangeClauses)
    row = _still_there(draft, clause)
    payload = {"clause": row.pk, "kind": row.kind, "heading": row.heading or row.heading_zh}
    row.delete()
    place_in_order(list(draft.clauses.all()))
    _cite_late_charge(clause.contract, draft)
    record_act(
        action="contracts.remove_clause", contract=draft, actor=actor, at=at, payload=payload
    )
    return draft


@in_transaction
def move_clause(
    *, clause: ContractClause, places: int, actor: User | None, at: dt.datetime
) -> None:
    """Move a clause down by so many places, or up when negative; it stops at either end."""
    draft = locked_draft(clause.contract, UnableToChangeClauses)
    row = _still_there(draft, clause)
    order = moved_by(draft.clauses.all(), row, places)
    place_in_order(order)
    _cite_late_charge(clause.contract, draft)
    payload = {"clause": row.pk, "order": [one.pk for one in order]}
    record_act(action="contracts.move_clause", contract=draft, actor=actor, at=at, payload=payload)


@in_transaction
def renew_clause(*, clause: ContractClause, actor: User | None, at: dt.datetime) -> ContractClause:
    """Take over the library's newest wording of a clause. Raises when there is none newer."""
    draft = locked_draft(clause.contract, UnableToChangeClauses)
    row = _still_there(draft, clause)
    newest = (
        ClauseVersion.objects.filter(clause=row.version.clause_id).order_by("-number").first()
        if row.version
        else None
    )
    if newest is None or row.version is None or newest.number <= row.version.number:
        raise UnableToChangeClauses(_("This clause already has the library's newest wording."))
    row.version = newest
    for name in ("heading", "heading_zh", "body", "body_zh"):
        setattr(row, name, getattr(newest, name))
    row.save()
    payload = {"clause": row.pk, "version": newest.number}
    record_act(action="contracts.renew_clause", contract=draft, actor=actor, at=at, payload=payload)
    return row


def from_library(
    contract: Contract, clause: Clause, version: ClauseVersion, *, position: int
) -> ContractClause:
    """A clause of a contract as the library words it; not saved."""
    return ContractClause(
        contract=contract,
        position=position,
        kind=clause.kind,
        version=version,
        heading=version.heading,
        heading_zh=version.heading_zh,
        body=version.body,
        body_zh=version.body_zh,
    )


def check_wording(text: str, *, field: str, refusal: type[Refusal] = UnableToChangeClauses) -> None:
    """Refuse a text that names facts no contract has, or that is too long to be a clause."""
    if len(text) > LONGEST_TEXT:
        raise refusal(
            _("A clause has at most 20,000 characters. Split it, or attach an annex."), field=field
        )
    unknown = unknown_placeholders(text)
    if unknown:
        raise refusal(
            _("No contract knows %(names)s. Choose from the list of facts or leave out the braces.")
            % {"names": ", ".join(n if n in "{}" else f"{{{n}}}" for n in unknown[:5])},
            field=field,
        )


def cite_late_charge(contract: Contract) -> None:
    """Note at which clause the late charge stands, for letters; not what was noted by hand."""
    _cite_late_charge(contract, contract)


def _cite_late_charge(given: Contract, draft: Contract) -> None:
    if not _OWN_CITATION.fullmatch(draft.late_charge_clause):
        return
    position = (
        draft.clauses.filter(kind=ClauseKind.LATE_CHARGE)
        .values_list("position", flat=True)
        .order_by("position")
        .first()
    )
    is_chinese = draft.governing_language == ContractLanguage.ZH
    cited = (f"第{position}条" if is_chinese else f"clause {position}") if position else ""
    if cited != draft.late_charge_clause:
        Contract.objects.filter(pk=draft.pk).update(late_charge_clause=cited)
        draft.late_charge_clause = given.late_charge_clause = cited


def _at_its_place(
    order: list[ContractClause], row: ContractClause, position: int
) -> list[ContractClause]:
    """Before the first clause that the library puts later; own wordings stay where they are."""
    for index, one in enumerate(order):
        if one.version and one.version.clause.position > position:
            return [*order[:index], row, *order[index:]]
    return [*order, row]


def _room_for_one_more(order: list[ContractClause]) -> None:
    if len(order) >= MOST_CLAUSES:
        raise UnableToChangeClauses(
            _("A contract has at most %(most)d clauses. Join some of them.")
            % {"most": MOST_CLAUSES}
        )


def _check_languages(contract: Contract, texts: dict[str, str]) -> None:
    needed = []
    if contract.language != ContractLanguage.ZH:
        needed += ["heading", "body"]
    if contract.language != ContractLanguage.EN:
        needed += ["heading_zh", "body_zh"]
    for name in needed:
        if not texts[name]:
            raise UnableToChangeClauses(
                _("The contract is written in this language too: fill it in."), field=name
            )


def _tidy(text: str) -> str:
    lines = (line.strip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()


def _still_there(draft: Contract, clause: ContractClause) -> ContractClause:
    row = draft.clauses.select_related("version").filter(pk=clause.pk).first()
    if row is None:
        raise UnableToChangeClauses(
            _("This clause was removed meanwhile. Look at the clauses again.")
        )
    return row
