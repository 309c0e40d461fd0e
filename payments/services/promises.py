"""Promises are judged from receipts, and no receipt is counted for two of them."""

import datetime as dt
from collections import Counter
from itertools import islice

from clients.models import Creditor
from core import audit
from core.transactions import in_transaction
from payments.models import Promise, PromiseMoney
from payments.rules import promises as rule
from payments.rules.promises import Judgement, Verdict
from payments.selectors.promises import (
    Account,
    PromiseFacts,
    accounts_with_promises,
    promise_facts,
)
from payments.services.ledger import lock_client
from payments.states import PromiseState

#: Accounts whose facts are read together.
TOGETHER = 500


def judge_promises(
    *, on: dt.date, at: dt.datetime, creditor: Creditor | None = None
) -> dict[PromiseState, int]:
    """Judge the waiting promises (to one creditor) from receipts, with two bank days of grace.

    A promise for one invoice counts what settled that invoice since the promise; a promise
    for the balance counts the money received, but for prepayments. Those of a client in a currency
    take their money in the order in which they fall due, and what a promise has counted is written
    down, so that it counts for no other, now or later. Returns how many ended in each state.
    """
    ended: Counter[PromiseState] = Counter()
    accounts = iter(accounts_with_promises(creditor))
    while some := list(islice(accounts, TOGETHER)):
        for account, facts in promise_facts(some).items():
            if any(j.verdict is not Verdict.OPEN for j in _judged(facts, on).values()):
                ended.update(_end_promises(account=account, on=on, at=at))
    return dict(ended)


def _judged(facts: PromiseFacts, on: dt.date) -> dict[int, Judgement]:
    return rule.judge_promises(
        facts.pledges,
        money=facts.money,
        settled=facts.settled,
        used=facts.used,
        on=on,
        country=facts.country,
    )


@in_transaction
def _end_promises(*, account: Account, on: dt.date, at: dt.datetime) -> list[PromiseState]:
    """Judge one account under its client's lock: what is read here stays so until it is written."""
    lock_client(account[0])
    judged = _judged(promise_facts([account])[account], on)
    ended = {key: j for key, j in judged.items() if j.verdict is not Verdict.OPEN}
    for promise in Promise.objects.filter(pk__in=ended).order_by("due_on", "pk"):
        _end(promise, ended[promise.pk], at)
    return [PromiseState(judgement.verdict) for judgement in ended.values()]


def _end(promise: Promise, judgement: Judgement, at: dt.datetime) -> None:
    state = PromiseState(judgement.verdict)
    Promise.objects.filter(pk=promise.pk, state=PromiseState.OPEN).update(state=state, judged_at=at)
    PromiseMoney.objects.bulk_create(
        PromiseMoney(
            promise=promise,
            receipt_id=source.key if source.is_receipt else None,
            credit_note_id=None if source.is_receipt else source.key,
            amount=amount,
        )
        for source, amount in judgement.counted
    )
    audit.record(
        action="payments.judge_promise",
        actor=None,
        at=at,
        subject=promise,
        stream=f"client:{promise.client_id}",
        payload={
            "state": state,
            "received": judgement.received,
            "counted": [
                ["receipt" if source.is_receipt else "credit_note", source.key, amount]
                for source, amount in judgement.counted
            ],
        },
    )
