"""Promises to pay and instalment plans."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from clients.models import Client, Creditor
from core import audit
from core.errors import Refusal, stated
from core.models import User
from core.money import is_rounded
from core.transactions import in_transaction
from interactions.models import Interaction
from payments.models import (
    InstalmentPlan,
    Invoice,
    PlanInstalment,
    PlanInvoice,
    Promise,
)
from payments.services.ledger import lock_client
from payments.states import PLAN_TRANSITIONS, PlanState, PromiseState


class UnableToAgree(Refusal):
    """The promise or plan does not hold together."""


@in_transaction
def record_promise(
    *,
    creditor: Creditor,
    client: Client,
    currency: str,
    amount: Decimal,
    due_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    invoice: Invoice | None = None,
    note: str = "",
    interaction: Interaction | None = None,
) -> Promise:
    """Note that the client promised to pay by a day; reminders wait until then.

    Raises UnableToAgree when the day has passed or the invoice is not this client's.
    """
    if due_on < on:
        raise UnableToAgree(_("The promised day has passed. Give a day from today on."))
    if amount <= 0 or not is_rounded(amount, currency):
        raise UnableToAgree(_("Give the amount promised."), field="amount")
    if invoice is not None and (
        (invoice.client_id, invoice.creditor_id, invoice.currency)
        != (client.pk, creditor.pk, currency)
    ):
        raise UnableToAgree(_("This invoice belongs to another client, creditor or currency."))
    promise = Promise.objects.create(
        creditor=creditor,
        client=client,
        invoice=invoice,
        interaction=interaction,
        currency=currency,
        amount=amount,
        promised_on=on,
        due_on=due_on,
        note=note[:300],
        created_at=at,
        created_by=actor,
    )
    _record(promise, "payments.promise", actor, at, amount=amount, due_on=due_on)
    return promise


@in_transaction
def withdraw_promise(*, promise: Promise, reason: str, actor: User | None, at: dt.datetime) -> bool:
    """The client took its promise back, or it was noted by mistake. False if it had ended."""
    lock_client(promise.client_id)
    done = Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN).update(
        state=PromiseState.WITHDRAWN, judged_at=at
    )
    if done:
        _record(promise, "payments.withdraw_promise", actor, at, reason=reason)
    return bool(done)


@in_transaction
def agree_plan(
    *,
    creditor: Creditor,
    client: Client,
    currency: str,
    invoices: Sequence[Invoice],
    instalments: Sequence[tuple[dt.date, Decimal]],
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    note: str = "",
) -> InstalmentPlan:
    """Agree to be paid in instalments; reminders leave its invoices alone while it is active.

    The instalments sum to what is open on the invoices. Raises UnableToAgree otherwise.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    locked = list(
        Invoice.objects.select_for_update(no_key=True)
        .filter(pk__in=[i.pk for i in invoices])
        .order_by("pk")
    )
    _check_plan(locked, instalments, mine=(client.pk, creditor.pk, currency), on=on)
    plan = InstalmentPlan.objects.create(
        creditor=creditor,
        client=client,
        currency=currency,
        agreed_on=on,
        note=note[:300],
        created_at=at,
        created_by=actor,
    )
    PlanInvoice.objects.bulk_create(PlanInvoice(plan=plan, invoice=i) for i in locked)
    PlanInstalment.objects.bulk_create(
        PlanInstalment(plan=plan, due_on=day, amount=amount) for day, amount in instalments
    )
    _record(plan, "payments.agree_plan", actor, at, instalments=list(instalments))
    return plan


def _check_plan(
    invoices: list[Invoice],
    instalments: Sequence[tuple[dt.date, Decimal]],
    *,
    mine: tuple[int, int, str],
    on: dt.date,
) -> None:
    if not invoices or not instalments:
        raise UnableToAgree(_("A plan needs invoices and instalments."))
    if any((i.client_id, i.creditor_id, i.currency) != mine for i in invoices):
        raise UnableToAgree(_("All invoices of a plan share client, creditor and currency."))
    taken = PlanInvoice.objects.filter(
        Q(invoice__in=invoices), plan__state=PlanState.ACTIVE
    ).exists()
    if taken:
        raise UnableToAgree(_("One of these invoices is on an active plan. Close that first."))
    if any(a <= 0 or not is_rounded(a, mine[2]) for _d, a in instalments):
        raise UnableToAgree(_("An instalment is not an amount of %s.") % mine[2])
    total = sum((a for _d, a in instalments), Decimal(0))
    owed = sum((i.open_amount for i in invoices), Decimal(0))
    if total != owed:
        raise UnableToAgree(
            _("The instalments come to %(total)s, the invoices to %(open)s. They must be equal.")
            % {
                "total": stated(total, mine[2]),
                "open": stated(owed, mine[2]),
            }
        )
    if min(d for d, _a in instalments) < on:
        raise UnableToAgree(_("An instalment lies in the past."))


@in_transaction
def close_plan(
    *, plan: InstalmentPlan, state: PlanState, actor: User | None, at: dt.datetime
) -> bool:
    """End an active plan. False when somebody ended it before."""
    if state not in PLAN_TRANSITIONS[PlanState.ACTIVE]:
        raise UnableToAgree(_("A plan ends completed, broken or cancelled."))
    done = InstalmentPlan.objects.filter(pk=plan.pk, state=PlanState.ACTIVE).update(state=state)
    if done:
        _record(plan, "payments.close_plan", actor, at, state=state)
    return bool(done)


def _record(
    subject: Promise | InstalmentPlan,
    action: str,
    actor: User | None,
    at: dt.datetime,
    **payload: object,
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=subject,
        stream=f"client:{subject.client_id}",
        payload=payload,
    )
