"""Amendments: the new text is made first and kept, then approved, then accepted, then in force.

A proposal is carried out and taken back at once; what remains of it is the text it leads to, as
a version of its own. When the client accepts that version it is carried out again, and comes
into force only if it leads to the very same text: whatever was invoiced or changed in between
makes it outdated. What has been invoiced is never moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from contracts.models import (
    Amendment,
    AmendmentLimit,
    Contract,
    ContractAcceptance,
    ContractLine,
    ContractVersion,
    ScheduleEntry,
)
from contracts.rules.amendments import Limit, discount_percent, roles_that_may
from contracts.rules.schedule import DoesNotFit, Share, balanced
from contracts.selectors.texts import content_hash, contract_content
from contracts.services.contracts import update_contract
from contracts.services.drafts import record_act
from contracts.services.lines import add_line, change_line, remove_line
from contracts.services.versions import freeze_version, keep_content
from contracts.states import (
    AMENDMENT_TRANSITIONS,
    AcceptedHow,
    AmendmentKind,
    AmendmentState,
    ContractState,
    ScheduleKind,
)
from core.dates import day_in
from core.errors import Refusal, stated
from core.models import User
from core.money import ZERO, is_rounded
from core.states import Role
from core.transactions import in_transaction, refusing


class UnableToAmend(Refusal):
    """This amendment cannot be proposed, decided or carried out."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry of the new schedule: so much on that day."""

    due_on: dt.date
    amount: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different. What is empty stays.

    `lines` are fields by key of a line (deliver_on, unit_price, quantity, description),
    `added` the fields of new lines, `removed` keys of lines, `schedule` replaces every entry
    that is not invoiced yet; without it the last of them balances a new price.
    """

    ends_on: dt.date | None = None
    lines: dict[int, dict[str, Any]] = field(default_factory=dict)
    added: tuple[dict[str, Any], ...] = ()
    removed: tuple[int, ...] = ()
    schedule: tuple[Due, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is to be different."""
        return not (self.ends_on or self.lines or self.added or self.removed or self.schedule)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for keeping."""
        return {
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
            "lines": {str(pk): _plain(fields) for pk, fields in self.lines.items()},
            "added": [_plain(fields) for fields in self.added],
            "removed": list(self.removed),
            "schedule": None
            if self.schedule is None
            else [[d.due_on.isoformat(), str(d.amount), d.label] for d in self.schedule],
        }


def changes_from_json(data: dict[str, Any]) -> Changes:
    """What `Changes.as_json` kept."""
    return Changes(
        ends_on=_day(data["ends_on"]),
        lines={int(pk): _typed(fields) for pk, fields in data["lines"].items()},
        added=tuple(_typed(fields) for fields in data["added"]),
        removed=tuple(data["removed"]),
        schedule=None
        if data["schedule"] is None
        else tuple(
            Due(dt.date.fromisoformat(day), Decimal(amount), label)
            for day, amount, label in data["schedule"]
        ),
    )


_AMOUNTS = frozenset({"unit_price", "quantity", "tax_percent"})


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else str(value)
        for name, value in fields.items()
    }


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _day(value) if name == "deliver_on" else Decimal(value) if name in _AMOUNTS else value
        for name, value in fields.items()
    }


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# --- Proposing ---------------------------------------------------------------------------------


@in_transaction
def propose_amendment(
    *,
    contract: Contract,
    kind: AmendmentKind,
    changes: Changes,
    reason: str,
    actor: User | None,
    at: dt.datetime,
) -> Amendment:
    """Work out what a contract in force would say, and keep that text as a version.

    Raises UnableToAmend for a contract that is not in force, while another amendment is open,
    and for changes that do not hold together or would move what is invoiced.
    """
    row = _locked(contract)
    if not reason.strip():
        raise UnableToAmend(_("Say why: it is shown to the one who approves."), field="reason")
    if changes.is_empty:
        raise UnableToAmend(_("Nothing would be different. Change something."))
    if row.amendments.undecided().exists():
        raise UnableToAmend(
            _("Another amendment is open. Withdraw it, or wait until it is decided.")
        )
    base = freeze_version(contract=row, reason=_("Before the amendment"), actor=actor, at=at)
    before, ends_before = row.amount or ZERO, row.ends_on
    content, after = _text_of(row, changes, actor, at)
    if content_hash(content) == base.sha256:
        raise UnableToAmend(_("Nothing would be different. Change something."))
    version = keep_content(contract=row, content=content, reason=reason, actor=actor, at=at)
    number = (row.amendments.aggregate(last=Max("number"))["last"] or 0) + 1
    with refusing(
        UnableToAmend,
        {"amendment_one_at_a_time": _("Another amendment is open. Wait until it is decided.")},
    ):
        amendment = Amendment.objects.create(
            contract=row,
            number=number,
            kind=kind,
            base=base,
            version=version,
            changes=changes.as_json(),
            reason=reason.strip()[:500],
            price_before=before,
            price_after=after,
            days_longer=_days_longer(changes, ends_before),
            proposed_at=at,
            proposed_by=actor,
        )
    payload = {"number": number, "kind": kind, "version": version.number, "price": after}
    _record(amendment, "contracts.propose_amendment", actor, at, payload)
    return amendment


def _days_longer(changes: Changes, ends_before: dt.date | None) -> int:
    """How many days later the contract ends, or its latest part of the schedule is due."""
    if changes.ends_on and ends_before and changes.ends_on > ends_before:
        return (changes.ends_on - ends_before).days
    return 0


def _text_of(
    row: Contract, changes: Changes, actor: User | None, at: dt.datetime
) -> tuple[dict[str, Any], Decimal]:
    # Carried out in a savepoint and taken back: only the text remains.
    with transaction.atomic():
        _carry_out(row, changes, actor, at)
        changed = Contract.objects.get(pk=row.pk)
        text, price = contract_content(changed), changed.amount or ZERO
        transaction.set_rollback(True)
    return text, price


@contextmanager
def _on_the_desk(row: Contract) -> Iterator[Contract]:
    """Let the services of drafts work on a contract in force, for the time of one change.

    Its state and its frozen prepayment come back afterwards; the database allows this inside
    `dunwell.amending` only.
    """
    state, ratio, words = row.state, row.prepayment_ratio, row.prepayment_reason
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'on', true)")
    Contract.objects.filter(pk=row.pk).update(state=ContractState.DRAFT)
    yield Contract.objects.get(pk=row.pk)
    Contract.objects.filter(pk=row.pk).update(
        state=state, prepayment_ratio=ratio, prepayment_reason=words
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'off', true)")


def _carry_out(row: Contract, changes: Changes, actor: User | None, at: dt.datetime) -> None:
    with _on_the_desk(row) as draft:
        if changes.ends_on:
            update_contract(contract=draft, ends_on=changes.ends_on, actor=actor, at=at)
        for pk, fields in sorted(changes.lines.items()):
            change_line(line=_line(draft, pk), actor=actor, at=at, **fields)
        for pk in changes.removed:
            line = _line(draft, pk)
            if line.deliveries.exists():
                raise UnableToAmend(
                    _("“%s” was delivered already; it stays. Lower its price instead.")
                    % line.description
                )
            _drop_free_milestones(draft, line)
            remove_line(line=line, actor=actor, at=at)
        for fields in changes.added:
            add_line(contract=draft, actor=actor, at=at, **fields)
        draft.refresh_from_db()
        _reschedule(draft, changes.schedule)


def _line(draft: Contract, pk: int) -> ContractLine:
    line = draft.lines.filter(pk=pk).select_related("contract").first()
    if line is None:
        raise UnableToAmend(_("One of the lines is not of this contract. Look at them again."))
    return line


def _drop_free_milestones(draft: Contract, line: ContractLine) -> None:
    if draft.schedule.filter(line=line, invoice__isnull=False).exists():
        raise UnableToAmend(
            _("“%s” was invoiced already; it stays. Issue a credit note instead.")
            % line.description
        )
    draft.schedule.filter(line=line).delete()


def _reschedule(draft: Contract, wanted: Sequence[Due] | None) -> None:
    """Fit what is not invoiced to the new price; what is invoiced stays as it is."""
    entries = list(draft.schedule.order_by("position", "pk"))
    price = draft.amount or ZERO
    if not entries and not wanted:
        return
    invoiced = set(draft.schedule.filter(invoice__isnull=False).values_list("pk", flat=True))
    kept = [entry for entry in entries if entry.pk in invoiced]
    fixed = sum((entry.amount for entry in kept), ZERO)
    if fixed > price:
        raise UnableToAmend(
            _("%(invoiced)s was invoiced already; the price cannot be less than that.")
            % {"invoiced": stated(fixed, draft.currency)}
        )
    if wanted is None:
        _balance(draft, entries, invoiced, price)
        return
    _check_wanted(draft, wanted, price - fixed)
    draft.schedule.exclude(pk__in=invoiced).delete()
    last = kept[-1].position if kept else 0
    ScheduleEntry.objects.bulk_create(
        ScheduleEntry(
            contract=draft,
            position=last + place,
            kind=ScheduleKind.DATE,
            label=due.label[:200],
            due_on=due.due_on,
            amount=due.amount,
            is_edited=True,
        )
        for place, due in enumerate(wanted, start=1)
    )


def _check_wanted(draft: Contract, wanted: Sequence[Due], left: Decimal) -> None:
    for due in wanted:
        if due.amount <= 0 or not is_rounded(due.amount, draft.currency):
            raise UnableToAmend(
                _("%s is no amount of this currency above zero.") % due.amount, field="schedule"
            )
        if draft.starts_on and due.due_on < draft.starts_on:
            raise UnableToAmend(
                _("%s lies before the contract starts. Give a later day.") % due.due_on,
                field="schedule",
            )
    total = sum((due.amount for due in wanted), ZERO)
    if total != left:
        raise UnableToAmend(
            _("The new entries come to %(total)s; what is not invoiced yet is %(left)s.")
            % {
                "total": stated(total, draft.currency),
                "left": stated(left, draft.currency),
            },
            field="schedule",
        )


def _balance(
    draft: Contract, entries: Sequence[ScheduleEntry], invoiced: set[int], price: Decimal
) -> None:
    shares = [
        Share(entry.amount, entry.pk in invoiced or entry.kind == ScheduleKind.PREPAYMENT)
        for entry in entries
    ]
    try:
        amounts = balanced(shares, price)
    except DoesNotFit as error:
        raise UnableToAmend(
            _("The entries that are not invoiced yet cannot take the new price. Give a schedule."),
            field="schedule",
        ) from error
    for entry, amount in zip(entries, amounts, strict=True):
        if entry.amount != amount:
            entry.amount = amount
            entry.save(update_fields=["amount"])


# --- Deciding ----------------------------------------------------------------------------------


def limits_by_role() -> dict[str, Limit]:
    """How far each role may go, from the least to the most."""
    kept = {
        row.role: Limit(row.discount_percent, row.extension_days)
        for row in AmendmentLimit.objects.all()
    }
    order = (Role.SALES, Role.FINANCE, Role.MANAGER, Role.ADMIN)
    return {role: kept.get(role, Limit()) for role in order}


def who_may_approve(amendment: Amendment) -> tuple[str, ...]:
    """The roles whose limit covers this amendment."""
    return roles_that_may(
        limits_by_role(),
        discount_percent=discount_percent(amendment.price_before, amendment.price_after),
        days=amendment.days_longer,
    )


@in_transaction
def approve_amendment(
    *, amendment: Amendment, note: str = "", actor: User, at: dt.datetime
) -> Amendment:
    """Let an amendment go to the client. Raises UnableToAmend beyond the approver's limit.

    The one who proposed it does not approve it: four eyes.
    """
    if amendment.proposed_by_id == actor.pk:
        raise UnableToAmend(_("Somebody else approves what you proposed."))
    allowed = who_may_approve(amendment)
    if actor.role not in allowed:
        labels = ", ".join(str(Role(role).label) for role in allowed)
        raise UnableToAmend(
            _("This goes beyond your limit. It can be approved by: %s.") % labels
            if labels
            else _("This goes beyond every limit. Propose less, or raise the limits.")
        )
    return _decide(amendment, AmendmentState.APPROVED, note, actor, at)


@in_transaction
def reject_amendment(*, amendment: Amendment, note: str, actor: User, at: dt.datetime) -> Amendment:
    """Do not let it go. Raises UnableToAmend without a reason."""
    if not note.strip():
        raise UnableToAmend(_("Say why not."), field="note")
    return _decide(amendment, AmendmentState.REJECTED, note, actor, at)


@in_transaction
def withdraw_amendment(
    *, amendment: Amendment, note: str = "", actor: User | None, at: dt.datetime
) -> Amendment:
    """Give an open amendment up."""
    return _decide(amendment, AmendmentState.WITHDRAWN, note, actor, at)


@in_transaction
def decline_amendment(
    *, amendment: Amendment, note: str = "", actor: User | None, at: dt.datetime
) -> Amendment:
    """The client does not want it."""
    return _decide(amendment, AmendmentState.DECLINED, note, actor, at)


@in_transaction
def accept_amendment(
    *,
    amendment: Amendment,
    how: AcceptedHow,
    name: str,
    at: dt.datetime,
    actor: User | None,
    address: str | None = None,
    reference: str = "",
) -> Contract:
    """The client accepts the new text: it comes into force as it was read.

    Raises UnableToAmend when it is not approved, without a name, and when the contract would no
    longer become the text that was accepted.
    """
    row = _locked(amendment.contract)
    if not name.strip():
        raise UnableToAmend(_("Give the name of the one who accepts."), field="name")
    changes = changes_from_json(amendment.changes)
    _move(amendment, AmendmentState.ACCEPTED, at)
    _carry_out(row, changes, actor, at)
    changed = Contract.objects.get(pk=row.pk)
    if content_hash(contract_content(changed)) != amendment.version.sha256:
        raise UnableToAmend(
            _("The contract has moved on since this was proposed. Withdraw it and propose it anew.")
        )
    ContractAcceptance.objects.create(
        version=amendment.version,
        how=how,
        name=name.strip(),
        accepted_on=day_in(at, row.creditor.time_zone),
        at=at,
        address=address,
        text_sha256=amendment.version.sha256,
        reference=reference,
        actor=actor,
    )
    Contract.objects.filter(pk=row.pk).update(version_number=amendment.version.number)
    payload = {"number": amendment.number, "version": amendment.version.number, "how": how}
    _record(amendment, "contracts.accept_amendment", actor, at, payload)
    changed.version_number = amendment.version.number
    return changed


def _decide(
    amendment: Amendment, to: AmendmentState, note: str, actor: User | None, at: dt.datetime
) -> Amendment:
    fields: dict[str, Any] = {"note": note.strip()[:500]}
    if to in {AmendmentState.APPROVED, AmendmentState.REJECTED}:
        fields |= {"decided_at": at, "decided_by": actor}
    _move(amendment, to, at, **fields)
    payload = {"number": amendment.number, "state": to, "note": fields["note"]}
    _record(amendment, "contracts.decide_amendment", actor, at, payload)
    return amendment


def _move(amendment: Amendment, to: AmendmentState, at: dt.datetime, **fields: Any) -> None:
    before = AmendmentState(amendment.state)
    if to not in AMENDMENT_TRANSITIONS[before]:
        allowed = ", ".join(str(s.label) for s in sorted(AMENDMENT_TRANSITIONS[before])) or "—"
        raise UnableToAmend(
            _("From “%(before)s” this is not open. Allowed: %(allowed)s.")
            % {"before": before.label, "allowed": allowed}
        )
    if to not in {AmendmentState.APPROVED}:
        fields["ended_at"] = at
    moved = Amendment.objects.filter(pk=amendment.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToAmend(_("Somebody decided on this meanwhile. Look again."))
    amendment.refresh_from_db()


def _locked(contract: Contract) -> Contract:
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor", "client")
        .get(pk=contract.pk)
    )
    if row.state not in {ContractState.SIGNED, ContractState.ACTIVE, ContractState.SUSPENDED}:
        raise UnableToAmend(
            _("Only a contract in force is amended. This one is “%s”.")
            % ContractState(row.state).label
        )
    return row


def _record(
    amendment: Amendment, action: str, actor: User | None, at: dt.datetime, payload: dict[str, Any]
) -> None:
    record_act(
        action=action,
        contract=amendment.contract,
        actor=actor,
        at=at,
        payload=payload,
        subject=amendment,
    )


def amendment_of(version: ContractVersion) -> Amendment | None:
    """The amendment that leads to a version, if one does."""
    return Amendment.objects.filter(version=version).select_related("contract__creditor").first()
