"""Use cases around free work: noted, reversed, judged; decisions about a client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clients.models import Client
from contracts.models import Amendment, Contract, Delivery
from contracts.states import AmendmentKind
from core import audit
from core.display import format_day
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.money import ZERO, is_rounded
from core.transactions import in_transaction, refusing
from credit.models import CourseDecision, CreditReading, FreeEntry, FreeJudgement
from credit.selectors.freeloading import known_twin
from credit.selectors.margins import WorkedOut, margins_of, twelve_months
from credit.services.margins import refresh_client
from credit.states import USUAL_WORK, ClientCourse, CreditNature, FreeVerdict, FreeWork, WorkKind
from interactions.models import Interaction
from payments.models import CreditNote, Refund
from payments.states import RefundKind


class UnableToNoteFreeWork(Refusal):
    """This entry says too little, or the product knows it already."""


class UnableToJudge(Refusal):
    """This verdict or decision is not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What was given: its size, and what stands behind it."""

    kind: FreeWork
    happened_on: dt.date
    currency: str
    hours: Decimal = ZERO
    amount: Decimal = ZERO
    work: WorkKind | None = None
    note: str = ""
    project: str = ""
    url: str = ""
    contract: Contract | None = None
    delivery: Delivery | None = None
    amendment: Amendment | None = None
    interaction: Interaction | None = None


_SAME_CLIENT = {"free_entry_same_client": gettext_lazy("This belongs to another client.")}


@in_transaction
def note_free_work(
    *,
    client: Client,
    gift: Gift,
    key: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    upload: BinaryIO | None = None,
    filename: str = "",
) -> FreeEntry:
    """Note what a client was given for nothing. The same `key` again gives the first entry.

    Raises UnableToNoteFreeWork when it says too little, lies in the future, or is known to the
    product already.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    known = FreeEntry.objects.filter(key=key[:64], client=client).first()
    if known is not None:
        return known
    _check_size(gift, on)
    _check_not_known(client, gift)
    document = None
    if upload is not None:
        document = store_document(data=upload, name=filename, actor=actor, at=at)
    with refusing(UnableToNoteFreeWork, _SAME_CLIENT):
        row = FreeEntry.objects.create(
            client=client,
            kind=gift.kind,
            happened_on=gift.happened_on,
            hours=gift.hours,
            work=gift.work or USUAL_WORK[gift.kind],
            amount=gift.amount,
            currency=gift.currency,
            note=gift.note.strip()[:500],
            project=gift.project.strip()[:120],
            url=gift.url.strip()[:300],
            contract=gift.contract or _contract_of(gift),
            delivery=gift.delivery,
            amendment=gift.amendment,
            interaction=gift.interaction,
            document=document,
            key=key[:64],
            created_at=at,
            created_by=actor,
        )
    said = {"kind": gift.kind, "hours": gift.hours, "amount": gift.amount, "of": gift.currency}
    _record(client, "note_free_work", row, actor=actor, at=at, payload=said)
    refresh_client(client=client, on=on, at=at)
    return row


def _contract_of(gift: Gift) -> Contract | None:
    """The contract of the delivery or amendment that an entry names."""
    thing = gift.delivery or gift.amendment
    return thing.contract if thing is not None else None


def _check_size(gift: Gift, on: dt.date) -> None:
    if gift.hours < 0 or gift.amount < 0 or not (gift.hours or gift.amount):
        raise UnableToNoteFreeWork(_("Say how many hours it took, or what it cost."), field="hours")
    if gift.amount and not is_rounded(gift.amount, gift.currency):
        raise UnableToNoteFreeWork(
            _("The amount has more decimals than its currency."), field="amount"
        )
    if gift.happened_on > on:
        raise UnableToNoteFreeWork(
            _("This lies in the future. Note it when it has happened."), field="happened_on"
        )


def _check_not_known(client: Client, gift: Gift) -> None:
    """Refuse what the ledger or the contract says already: it would count twice."""
    amendment = gift.amendment
    if (
        amendment is not None
        and gift.kind == FreeWork.CONCESSION
        and amendment.kind == AmendmentKind.DISCOUNT
    ):
        raise UnableToNoteFreeWork(
            _("A discount by amendment is counted already, from the day it is in force."),
            field="kind",
        )
    if not gift.amount:
        return
    twin = known_twin(
        client=client,
        kind=gift.kind,
        amount=gift.amount,
        currency=gift.currency,
        day=gift.happened_on,
    )
    if twin is None:
        return
    day = format_day(gift.happened_on, get_language() or "en")
    if isinstance(twin, CreditNote):
        words = _("Credit note %(number)s of %(day)s has this amount: it is counted already.")
        raise UnableToNoteFreeWork(words % {"number": twin.number, "day": day}, field="amount")
    words = _(
        "A refund of %(day)s has this amount. Say of that refund, on this client's page of free "
        "work, that it was given away."
    )
    raise UnableToNoteFreeWork(words % {"day": day}, field="amount")


@in_transaction
def reverse_free_work(
    *, entry: FreeEntry, reason: str, on: dt.date, actor: User, at: dt.datetime
) -> FreeEntry:
    """Take an entry back by a row that names it; both stay. One that was judged: by managers.

    Raises UnableToNoteFreeWork without a reason, or when it was reversed before.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=entry.client_id)
    if not reason.strip():
        raise UnableToNoteFreeWork(_("Say why it is taken back."), field="reason")
    if entry.reverses_id is not None:
        raise UnableToNoteFreeWork(_("This is a reversal itself. Note what happened anew."))
    if entry.judgements.exists() and not actor.may_approve:
        raise UnableToNoteFreeWork(
            _("A manager has judged this entry: only a manager takes it back.")
        )
    if FreeEntry.objects.filter(reverses=entry).exists():
        raise UnableToNoteFreeWork(_("This entry was taken back before."))
    row = FreeEntry.objects.create(
        client=entry.client,
        kind=entry.kind,
        work=entry.work,
        currency=entry.currency,
        hours=-entry.hours,
        amount=-entry.amount,
        happened_on=on,
        note=reason.strip()[:500],
        contract=entry.contract,
        reverses=entry,
        key=f"reverses:{entry.pk}",
        created_at=at,
        created_by=actor,
    )
    _record(
        entry.client, "reverse_free_work", row, actor=actor, at=at, payload={"reverses": entry.pk}
    )
    refresh_client(client=entry.client, on=on, at=at)
    return row


@in_transaction
def judge_free_work(
    *,
    entry: FreeEntry,
    verdict: str,
    reason: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> FreeJudgement:
    """A manager says whether an entry counts against the client; a later verdict replaces it.

    Nobody judges what he entered himself, and nothing is confirmed without evidence:
    raises UnableToJudge.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=entry.client_id)
    chosen = FreeVerdict(verdict)
    if entry.reverses_id is not None or FreeEntry.objects.filter(reverses=entry).exists():
        raise UnableToJudge(_("This entry was taken back: there is nothing to judge."))
    if entry.kind == FreeWork.COLLECTION:
        raise UnableToJudge(_("Collection effort is a cost and nothing that was obtained."))
    if entry.created_by_id == actor.pk:
        raise UnableToJudge(_("You entered this yourself. Another manager judges it."))
    if not reason.strip():
        raise UnableToJudge(_("Say what it rests on."), field="reason")
    if chosen == FreeVerdict.CONFIRMED and not entry.has_evidence:
        raise UnableToJudge(
            _(
                "Nothing stands behind this entry but words. Take it back and note it again with "
                "a file, an entry of the log, a delivery, an amendment or a link."
            ),
            field="verdict",
        )
    row = FreeJudgement.objects.create(
        entry=entry,
        verdict=chosen,
        reason=reason.strip()[:500],
        judged_on=on,
        judged_at=at,
        judged_by=actor,
    )
    _record(entry.client, "judge_free_work", entry, actor=actor, at=at, payload={"verdict": chosen})
    return row


@in_transaction
def read_credit(
    *,
    row: CreditNote | Refund,
    nature: str,
    reason: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> CreditReading:
    """A person says what a credit note or refund was; the margin follows. The latest holds."""
    chosen = CreditNature(nature)
    if isinstance(row, Refund) and row.kind != RefundKind.REFUND:
        raise UnableToJudge(_("Only a refund to the client can have been given away."))
    if not reason.strip():
        raise UnableToJudge(_("Say why."), field="reason")
    client = row.client if isinstance(row, CreditNote) else row.receipt.client
    made = CreditReading.objects.create(
        credit_note=row if isinstance(row, CreditNote) else None,
        refund=row if isinstance(row, Refund) else None,
        nature=chosen,
        reason=reason.strip()[:300],
        read_at=at,
        read_by=actor,
    )
    _record(client, "read_credit", row, actor=actor, at=at, payload={"nature": chosen})
    refresh_client(client=client, on=on, at=at)
    return made


@in_transaction
def decide_course(
    *, client: Client, course: str, reason: str, on: dt.date, actor: User, at: dt.datetime
) -> CourseDecision:
    """Record what a person decided about a client, with the advice as it stood. Nothing follows.

    Raises UnableToJudge without a reason.
    """
    if not reason.strip():
        raise UnableToJudge(_("Say why."), field="reason")
    chosen = ClientCourse(course)
    row = CourseDecision.objects.create(
        client=client,
        course=chosen,
        reason=reason.strip()[:500],
        shown=[_shown(one) for one in margins_of([client], twelve_months(on))],
        decided_on=on,
        decided_at=at,
        decided_by=actor,
    )
    _record(
        client,
        "decide_course",
        row,
        actor=actor,
        at=at,
        payload={"course": chosen, "reason": row.reason},
    )
    return row


def _shown(found: WorkedOut) -> dict[str, Any]:
    """The arithmetic as it stood, kept with the decision."""
    margin = found.margin
    return {
        "currency": margin.currency,
        "advice": margin.advice,
        "lines": {line: str(amount) for line, amount in sorted(margin.lines.items())},
        "invoices": margin.invoices,
        "gross_margin": str(margin.terms.gross_margin),
        "keep_at": str(margin.terms.keep_at),
        "min_invoices": margin.terms.min_invoices,
        "gross": str(margin.gross),
        "net": str(margin.net),
        "prepaid": str(margin.prepaid),
    }


def _record(
    client: Client,
    action: str,
    subject: Any,
    *,
    actor: User | None,
    at: dt.datetime,
    payload: Mapping[str, Any],
) -> None:
    audit.record(
        action=f"credit.{action}",
        actor=actor,
        at=at,
        subject=subject,
        stream=f"client:{client.pk}",
        payload=dict(payload),
    )
