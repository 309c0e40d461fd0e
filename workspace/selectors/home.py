"""What each role opens in the morning: the few rows that need a person today.

Every list is short (`LIMIT` rows) and says how many there are in all; each is scoped by
`visible_to`, so that sales see their own clients and nothing else.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet

from cases.models import Packet
from clients.models import BankAccount, Client, Creditor
from contracts.models import Contract, OverrideRequest
from contracts.selectors.amendments import amendments_to_decide as waiting_amendments
from contracts.selectors.reviews import reviews_waiting
from contracts.selectors.terms import worsened_contracts
from contracts.states import ContractState
from core.models import Job, OutboxItem, User
from core.states import JobState, Role
from credit.models import Appeal, CreditHold, NoticeTo, RiskBehaviour, Screening
from credit.selectors.limits import requests_to_list
from credit.selectors.monitoring import looks_due
from credit.selectors.notice_words import words_of_notice
from credit.selectors.reports import to_renew
from credit.states import HoldState, ScreeningState
from disputes.models import Complaint, Dispute
from interactions.models import FollowUp, Incident, OutgoingMail, Revisit
from interactions.states import OutgoingState
from payments.models import Invoice, Promise, Receipt
from payments.selectors.billing import proposed_invoices
from payments.selectors.debtors import Debtor, top_debtors
from payments.selectors.prepayments import held_contracts, releases_waiting
from payments.states import PromiseState
from reminders.models import LadderPolicy, Message, ReminderRun
from reminders.states import MessageState, RunState
from workspace.selectors.dashboard import figures_by_currency

LIMIT = 6
#: From the desk to the signature: somebody has to do something.
NOT_IN_FORCE = (
    ContractState.DRAFT,
    ContractState.REVIEW,
    ContractState.APPROVED,
    ContractState.SENT,
    ContractState.SIGNED,
)
BROKEN_LATELY_DAYS = 14


@dataclass(frozen=True, slots=True)
class Top:
    """The first rows of a list, and how many it has."""

    rows: Sequence[Any]
    count: int

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(frozen=True, slots=True)
class Receivables:
    """What is owed to one creditor in one currency on a day. Currencies are never added up."""

    creditor: Creditor
    currency: str
    open_amount: Decimal
    overdue: Decimal
    overdue_share: Decimal | None


@dataclass(frozen=True, slots=True)
class LapsedFollowUps:
    """Follow-ups that a member of staff let pass."""

    owner_name: str
    count: int
    oldest_on: dt.date


@dataclass(frozen=True, slots=True)
class Setup:
    """What has to be there before the product is of use, in the order of doing it."""

    has_creditor: bool
    has_bank_account: bool
    has_ladder: bool
    has_staff: bool
    has_invoices: bool

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return all(
            (
                self.has_creditor,
                self.has_bank_account,
                self.has_ladder,
                self.has_staff,
                self.has_invoices,
            )
        )


def _top(rows: QuerySet[Any]) -> Top:
    first = list(rows[: LIMIT + 1])
    count = len(first) if len(first) <= LIMIT else rows.count()
    return Top(rows=first[:LIMIT], count=count)


def receivables(*, user: User, on: dt.date) -> Sequence[Receivables]:
    """Receivables and overdue per creditor and currency: the dashboard's figures, in short."""
    return [
        Receivables(
            creditor=creditor,
            currency=currency,
            open_amount=figures.aging.receivables,
            overdue=figures.aging.overdue,
            overdue_share=figures.overdue_share,
        )
        for creditor in Creditor.objects.order_by("code")
        for currency, figures in figures_by_currency(creditor=creditor, on=on, user=user).items()
        if figures.aging.receivables
    ]


def largest_overdue(
    *, user: User, on: dt.date, among: Sequence[Receivables]
) -> Sequence[tuple[Receivables, Debtor]]:
    """The clients with most overdue, the largest of each creditor and currency.

    Amounts of different currencies are not compared, so every currency has its own places.
    """
    late = [one for one in among if one.overdue > 0]
    each = max(2, LIMIT // max(1, len(late)))
    return [
        (one, debtor)
        for one in late
        for debtor in top_debtors(
            creditor=one.creditor, currency=one.currency, on=on, user=user, count=each
        )
    ]


def follow_ups_due(*, user: User, on: dt.date) -> Top:
    """What the user said they would do by today, the oldest first."""
    due = FollowUp.objects.visible_to(user).open().filter(owner=user, due_on__lte=on)
    return _top(due.select_related("client").order_by("due_on", "pk"))


def promises_due(*, user: User, on: dt.date) -> Top:
    """Promises to pay that fall due today, or fell due and are not judged yet."""
    due = Promise.objects.visible_to(user).filter(state=PromiseState.OPEN, due_on__lte=on)
    return _top(due.select_related("client").order_by("due_on", "pk"))


def promises_broken(*, user: User, on: dt.date) -> Top:
    """Promises broken in the last two weeks, the latest first: somebody should call."""
    since = on - dt.timedelta(days=BROKEN_LATELY_DAYS)
    broken = Promise.objects.visible_to(user).filter(
        state__in=(PromiseState.BROKEN, PromiseState.PART_KEPT), due_on__gte=since
    )
    return _top(broken.select_related("client").order_by("-due_on", "pk"))


def held_clients(*, user: User) -> Top:
    """Clients whose deals are blocked, with the reason that has to go first."""
    held = Client.objects.visible_to(user).filter(on_credit_hold=True)
    return _top(held.order_by("name_pinyin", "pk"))


def holds_to_decide(*, user: User) -> Top:
    """Holds that a rule or a colleague proposed, the newest first."""
    proposed = CreditHold.objects.visible_to(user).filter(state=HoldState.PROPOSED)
    return _top(proposed.select_related("client").order_by("-proposed_at", "-pk"))


def limits_to_decide(*, user: User) -> Top:
    """Contracts over the limit that wait for a decision, the newest first."""
    return _top(requests_to_list(user=user, is_open=True).order_by("-asked_at", "-pk"))


def contracts_waiting(*, user: User) -> Top:
    """Contracts that wait for something before they are in force, the oldest first."""
    waiting = Contract.objects.visible_to(user).filter(state__in=NOT_IN_FORCE)
    return _top(waiting.select_related("client").order_by("created_at", "pk"))


def reviews_to_do(*, user: User) -> Top:
    """Legal reviews that wait for this reviewer, the oldest first."""
    return _top(reviews_waiting(reviewer=user))


def overrides_to_decide() -> Top:
    """Requests to let a contract pass in spite of a gap, the oldest first."""
    asked = OverrideRequest.objects.filter(answered_at=None)
    return _top(asked.select_related("contract__client", "actor").order_by("at", "pk"))


def amendments_to_decide(*, user: User) -> Top:
    """Amendments that nobody approved or rejected yet, the oldest first."""
    return _top(waiting_amendments(user=user))


def screenings_to_decide(*, user: User) -> Top:
    """Screenings that wait for a manager, the oldest first."""
    waiting = Screening.objects.visible_to(user).filter(state=ScreeningState.SUBMITTED)
    related = waiting.select_related("client", "submitted_by")
    return _top(related.order_by("submitted_at", "pk"))


def holds(*, user: User) -> Top:
    """Contracts whose work and delivery wait for money, each with the sentence that says why."""
    found = held_contracts(user=user)
    return Top(rows=found[:LIMIT], count=len(found))


def releases(*, user: User) -> Top:
    """Requests to let money of a prepayment go that wait for a decision, the oldest first."""
    return _top(releases_waiting(user=user))


def invoices_proposed(*, user: User, on: dt.date) -> Top:
    """Invoices due by their schedule that wait for a person: suspended contracts, held work."""
    found = proposed_invoices(user=user, on=on)
    return Top(rows=found[:LIMIT], count=len(found))


def contracts_under_a_worse_grade(*, user: User) -> int:
    """How many contracts in force ask for less than their client's grade would today."""
    return worsened_contracts(user=user).count()


def runs_waiting() -> Top:
    """Plans of reminders that wait for approval, the oldest first."""
    waiting = ReminderRun.objects.filter(state=RunState.PLANNED)
    return _top(waiting.select_related("creditor").order_by("on", "pk"))


def messages_in_trouble(*, user: User) -> Top:
    """Messages that a person has to decide about: in doubt, or failed."""
    stuck = Message.objects.visible_to(user).filter(
        state__in=(MessageState.IN_DOUBT, MessageState.FAILED)
    )
    return _top(stuck.select_related("client").order_by("-queued_at", "pk"))


def written_mails_in_trouble(*, user: User) -> Top:
    """Mails written by hand that a person has to decide about: in doubt, or not sent."""
    stuck = OutgoingMail.objects.visible_to(user).filter(
        state__in=(OutgoingState.IN_DOUBT, OutgoingState.FAILED)
    )
    rows = stuck.select_related("client").defer("raw", "body")
    return _top(rows.order_by("-queued_at", "-pk"))


def incidents_to_review(*, user: User) -> Top:
    """Incidents that no manager has closed yet, the oldest first."""
    found = Incident.objects.visible_to(user).unsettled()
    return _top(found.select_related("client").order_by("reported_at", "pk"))


def unapplied_receipts(*, user: User) -> Top:
    """Money that came in and settles nothing yet, the oldest first."""
    loose = Receipt.objects.visible_to(user).unapplied()
    return _top(loose.select_related("client").order_by("received_on", "pk"))


def open_disputes(*, user: User) -> Top:
    """Disputes that nobody settled yet, the oldest first."""
    found = Dispute.objects.visible_to(user).open()
    return _top(found.select_related("client", "invoice").order_by("opened_on", "pk"))


def late_complaints(*, user: User, on: dt.date) -> Top:
    """Complaints that were to be answered before this day, the oldest first."""
    found = Complaint.objects.visible_to(user).late(on=on)
    return _top(found.select_related("client", "owner").order_by("answer_by", "pk"))


def pressing_appeals(*, user: User, on: dt.date) -> Top:
    """Appeals that were to be answered before this day, the oldest first; for who hands them out
    also those that nobody looks at."""
    found = Appeal.objects.visible_to(user).waiting()
    late = Q(answer_by__lt=on)
    found = found.filter(late | Q(handler=None) if user.may_approve else late)
    return _top(found.select_related("client", "handler").order_by("answer_by", "pk"))


def behaviours_to_decide(*, user: User) -> Top:
    """Proposed behaviours that another manager has to decide on, the oldest first."""
    found = RiskBehaviour.objects.visible_to(user).proposed().exclude(proposed_by=user)
    return _top(found.select_related("client").order_by("proposed_at", "pk"))


def revisits_due(*, user: User, on: dt.date) -> Top:
    """Visits that are due by today: one's own for who sells, everybody's otherwise."""
    found = Revisit.objects.visible_to(user).due(on=on)
    return _top(found.select_related("client", "level").order_by("due_on", "pk"))


def credit_reports_to_renew(*, user: User, on: dt.date) -> Top:
    """Credit reports that run out within 30 days or have, the longest expired first."""
    return _top(to_renew(user=user, on=on))


def looks_to_do(*, user: User, on: dt.date) -> Top:
    """Clients that the policy wants looked at by today: one's own for who sells, else all."""
    return _top(looks_due(user=user, on=on))


def credit_notices(*, user: User) -> Top:
    """What happened to clients that this user was told of and has not read, the newest first."""
    found = _top(
        NoticeTo.objects.visible_to(user).unread().select_related("notice__client").order_by("-pk")
    )
    return Top([(one, words_of_notice(one.notice)) for one in found.rows], found.count)


def packets_with_gaps(*, user: User) -> Top:
    """Evidence packets that could not show something, the latest first."""
    gappy = Packet.objects.visible_to(user).exclude(gaps=[])
    return _top(gappy.select_related("client").order_by("-created_at", "-pk"))


def lapsed_follow_ups(*, on: dt.date) -> Sequence[LapsedFollowUps]:
    """Per member of staff, the follow-ups they let pass; the longest list first."""
    rows = (
        FollowUp.objects.open()
        .filter(due_on__lt=on)
        .values(name=F("owner__name"))
        .annotate(lapsed=Count("pk"), oldest_on=Min("due_on"))
        .order_by("-lapsed", "name")
    )
    return [LapsedFollowUps(row["name"], row["lapsed"], row["oldest_on"]) for row in rows[:LIMIT]]


def failed_jobs(*, user: User) -> Top:
    """Long work that stopped with an error, the latest first."""
    failed = Job.objects.filter(state=JobState.FAILED).order_by("-created_at", "-pk")
    visible = failed if user.may_approve else failed.filter(created_by=user)
    return _top(visible)


def failed_outbox() -> Top:
    """Promised work that was given up after its last try."""
    return _top(OutboxItem.objects.exclude(failed_at=None).order_by("-failed_at", "-pk"))


def staff_by_role() -> Sequence[tuple[str, int]]:
    """How many active members of staff each role has."""
    counted = dict(
        User.objects.filter(is_active=True)
        .values_list("role")
        .annotate(people=Count("pk"))
        .order_by("role")
    )
    return [(role, counted.get(role, 0)) for role in Role.values]


def stale_feeds(*, on: dt.date) -> Sequence[BankAccount]:
    """Bank accounts whose statements are too old for their creditor's reminders to go out."""
    watched = BankAccount.objects.filter(feed_through_on__isnull=False).select_related(
        "creditor__ladder_policy"
    )
    return [account for account in watched.order_by("pk") if _is_stale(account, on)]


def _is_stale(account: BankAccount, on: dt.date) -> bool:
    policy: LadderPolicy | None = getattr(account.creditor, "ladder_policy", None)
    if policy is None or policy.max_feed_age_days is None or account.feed_through_on is None:
        return False
    return (on - account.feed_through_on).days > policy.max_feed_age_days


def setup() -> Setup:
    """What is there already, for the checklist of the first day."""
    return Setup(
        has_creditor=Creditor.objects.exists(),
        has_bank_account=BankAccount.objects.exists(),
        has_ladder=LadderPolicy.objects.exists(),
        has_staff=User.objects.exclude(role=Role.ADMIN).exists(),
        has_invoices=Invoice.objects.exists(),
    )
