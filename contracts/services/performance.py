"""What is done under a contract: deliveries, their acceptance, duties of both sides."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from contracts.models import Contract, ContractLine, Delivery, DeliveryAnswer, Obligation
from contracts.selectors.holds import work_holds
from contracts.selectors.limits import credit_refusal, lock_credit
from contracts.states import AnsweredHow, ContractState, DeliveryState, Side
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction, refusing


class UnableToDeliver(Refusal):
    """This delivery cannot be recorded."""


class UnableToAnswer(Refusal):
    """This answer to a delivery cannot be recorded."""


class UnableToKeepDuty(Refusal):
    """This duty cannot be written or marked as done."""


AcceptanceHandler = Callable[[Delivery, dt.date, User | None, dt.datetime], None]
_handlers: list[AcceptanceHandler] = []


def on_acceptance(handler: AcceptanceHandler) -> None:
    """Register what an acceptance sets off in a room above; it runs in the same transaction."""
    if handler not in _handlers:
        _handlers.append(handler)


@in_transaction
def record_delivery(
    *,
    line: ContractLine,
    delivered_on: dt.date,
    what: str,
    recipient: str = "",
    completes_line: bool = True,
    file: tuple[bytes, str] | None = None,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Delivery:
    """Record that something of a line was handed over; `on` is today where the creditor is.

    Where the contract lets silence count as acceptance, the last day to answer is fixed now.
    Raises UnableToDeliver while the contract is not in force, while work is held or our credit
    policy says no, for a day to come or before the contract starts, and for a line that is
    complete already.
    """
    lock_credit(line.contract.client_id)
    contract = _locked(line.contract_id)
    _check_delivery(contract, delivered_on, what, on)
    if refusal := credit_refusal(contract, on):
        raise UnableToDeliver(refusal)
    document = _kept(file, actor=actor, at=at)
    days = contract.acceptance_days
    with refusing(
        UnableToDeliver,
        {
            "delivery_completes_once": _(
                "This line was delivered already. Record the answer of the client first; a"
                " rejected delivery can be made again."
            )
        },
    ):
        delivery = Delivery.objects.create(
            contract=contract,
            line=line,
            delivered_on=delivered_on,
            what=what.strip(),
            recipient=recipient.strip(),
            completes_line=completes_line,
            document=document,
            accept_by=None if days is None else delivered_on + dt.timedelta(days=days),
            created_at=at,
            created_by=actor,
        )
    payload = {
        "line": line.pk,
        "delivered_on": delivered_on,
        "what": delivery.what,
        "sha256": document.sha256 if document else None,
    }
    _record(contract, "contracts.deliver", delivery, payload, actor=actor, at=at)
    return delivery


def _check_delivery(contract: Contract, delivered_on: dt.date, what: str, on: dt.date) -> None:
    if contract.state != ContractState.ACTIVE:
        raise UnableToDeliver(
            _("Nothing is delivered under a contract that is “%(state)s”. Allowed: Active.")
            % {"state": ContractState(contract.state).label}
        )
    holds = work_holds(contract)
    if holds:
        raise UnableToDeliver(" ".join(holds))
    if not what.strip():
        raise UnableToDeliver(_("Say what was delivered."), field="what")
    if delivered_on > on:
        raise UnableToDeliver(
            _("This day is still to come. Record a delivery when it has happened."),
            field="delivered_on",
        )
    if contract.starts_on and delivered_on < contract.starts_on:
        raise UnableToDeliver(
            _("The contract starts on %(day)s; a delivery is not before that.")
            % {"day": contract.starts_on},
            field="delivered_on",
        )


@in_transaction
def answer_delivery(
    *,
    delivery: Delivery,
    outcome: DeliveryState,
    how: AnsweredHow,
    answered_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    name: str = "",
    remark: str = "",
    address: str | None = None,
    reference: str = "",
    file: tuple[bytes, str] | None = None,
) -> DeliveryAnswer:
    """Record that a delivery was accepted or rejected; what hangs on acceptance follows at once.

    Raises UnableToAnswer when it was answered before, for an answer before the delivery or on a
    day to come, without the name of the one who answered, and for a rejection without a reason.
    """
    _check_answer(
        delivery,
        outcome=outcome,
        how=how,
        answered_on=answered_on,
        on=on,
        name=name,
        remark=remark,
    )
    # Client first, as everywhere: what acceptance sets off locks it too.
    client_id = delivery.contract.client_id
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client_id)
    moved = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.DELIVERED).update(
        state=outcome
    )
    if not moved:
        raise UnableToAnswer(_("This delivery was answered already. Look at its record."))
    document = _kept(file, actor=actor, at=at)
    answer = DeliveryAnswer.objects.create(
        delivery=delivery,
        outcome=outcome,
        how=how,
        answered_on=answered_on,
        name=name.strip(),
        remark=remark.strip(),
        address=address,
        reference=reference,
        document=document,
        at=at,
        actor=actor,
    )
    delivery.state = outcome
    _record_answer(delivery, answer, actor=actor, at=at)
    if outcome == DeliveryState.ACCEPTED:
        for handler in _handlers:
            handler(delivery, answered_on, actor, at)
    return answer


def _record_answer(delivery: Delivery, answer: DeliveryAnswer, **act: Any) -> None:
    payload = {
        "outcome": answer.outcome,
        "how": answer.how,
        "answered_on": answer.answered_on,
        "remark": answer.remark,
        "sha256": answer.document.sha256 if answer.document else None,
    }
    _record(delivery.contract, "contracts.answer_delivery", delivery, payload, **act)


def _check_answer(
    delivery: Delivery,
    *,
    outcome: DeliveryState,
    how: AnsweredHow,
    answered_on: dt.date,
    on: dt.date,
    name: str,
    remark: str,
) -> None:
    if outcome not in {DeliveryState.ACCEPTED, DeliveryState.REJECTED}:
        raise UnableToAnswer(_("A delivery is accepted or rejected."), field="outcome")
    if not delivery.delivered_on <= answered_on <= on:
        raise UnableToAnswer(
            _("An answer is from %(first)s, the day of delivery, to %(last)s, today.")
            % {"first": delivery.delivered_on, "last": on},
            field="answered_on",
        )
    if how != AnsweredHow.DEEMED and not name.strip():
        raise UnableToAnswer(_("Say who answered for the client."), field="name")
    if outcome == DeliveryState.REJECTED and not remark.strip():
        raise UnableToAnswer(_("Say what the client finds wrong."), field="remark")


def accept_by_silence(*, on: dt.date, at: dt.datetime, creditor_id: int) -> int:
    """Accept what the client did not answer in the time agreed; `on` is today of the creditor.

    Only contracts with a clause for it have a last day (contract.acceptance_days); it counts
    from the day after. Running twice accepts nothing twice. Returns how many.
    """
    waiting = Delivery.objects.filter(
        state=DeliveryState.DELIVERED, accept_by__lt=on, contract__creditor=creditor_id
    ).select_related("contract")
    done = 0
    for delivery in waiting.order_by("pk"):
        assert delivery.accept_by is not None  # noqa: S101  # the filter says so
        try:
            answer_delivery(
                delivery=delivery,
                outcome=DeliveryState.ACCEPTED,
                how=AnsweredHow.DEEMED,
                answered_on=delivery.accept_by,
                on=on,
                remark=_days_agreed(delivery.contract),
                actor=None,
                at=at,
            )
        except UnableToAnswer:
            continue  # somebody answered in between
        done += 1
    return done


def _days_agreed(contract: Contract) -> str:
    days = contract.acceptance_days or 0
    return ngettext(
        "No answer within %(days)d day, as the contract says.",
        "No answer within %(days)d days, as the contract says.",
        days,
    ) % {"days": days}


@in_transaction
def add_obligation(
    *,
    contract: Contract,
    side: Side,
    what: str,
    due_on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Obligation:
    """Write down a duty of one side. Raises UnableToKeepDuty for a contract that has ended."""
    row = _locked(contract.pk)
    if row.state in {ContractState.COMPLETED, ContractState.TERMINATED}:
        raise UnableToKeepDuty(_("This contract has ended; nothing is due under it any more."))
    if not what.strip():
        raise UnableToKeepDuty(_("Say what is to be done."), field="what")
    if row.starts_on and due_on < row.starts_on:
        raise UnableToKeepDuty(
            _("The contract starts on %(day)s; give a later day.") % {"day": row.starts_on},
            field="due_on",
        )
    obligation = Obligation.objects.create(
        contract=row, side=side, what=what.strip(), due_on=due_on, created_at=at, created_by=actor
    )
    payload = {"side": side, "what": obligation.what, "due_on": due_on}
    _record(row, "contracts.add_obligation", obligation, payload, actor=actor, at=at)
    return obligation


@in_transaction
def fulfil_obligation(
    *,
    obligation: Obligation,
    done_on: dt.date,
    note: str = "",
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Obligation:
    """Mark a duty as done. Raises UnableToKeepDuty when it was, or for a day to come."""
    if done_on > on:
        raise UnableToKeepDuty(_("This day is still to come."), field="done_on")
    moved = Obligation.objects.filter(pk=obligation.pk, done_on=None).update(
        done_on=done_on, note=note.strip()
    )
    if not moved:
        raise UnableToKeepDuty(_("This was marked as done already."))
    obligation.refresh_from_db()
    payload = {"done_on": done_on, "note": obligation.note}
    contract = obligation.contract
    _record(contract, "contracts.fulfil_obligation", obligation, payload, actor=actor, at=at)
    return obligation


def _locked(pk: int) -> Contract:
    return Contract.objects.select_for_update(no_key=True).get(pk=pk)


def _kept(
    file: tuple[bytes, str] | None, *, actor: User | None, at: dt.datetime
) -> Document | None:
    if file is None:
        return None
    data, name = file
    return store_document(data=data, name=name, actor=actor, at=at)


def _record(
    contract: Contract,
    action: str,
    subject: Delivery | Obligation,
    payload: dict[str, object],
    **act: Any,
) -> None:
    audit.record(
        action=action,
        subject=subject,
        stream=f"client:{contract.client_id}",
        payload={"contract": contract.number, **payload},
        **act,
    )
