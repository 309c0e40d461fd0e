"""The demonstration and the large ledger: honest rows, the same every time."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from clients.models import Client, Contact, Creditor
from contracts.models import (
    Amendment,
    Contract,
    ContractNotice,
    ContractTransition,
    Delivery,
    OverrideRequest,
    Review,
    SupervisionFlag,
)
from contracts.selectors.completeness import contract_gaps
from contracts.states import ContractState, DeliveryState, FlagKind
from core.models import User
from core.states import Role
from core.verify import run_checks
from credit.models import Appeal, CreditReport, CurrentScore, LimitRequest, ScoreSnapshot
from disputes.models import Complaint, Dispute
from disputes.states import DisputeState
from interactions.models import (
    ContactBreach,
    FollowUp,
    Interaction,
    InteractionDocument,
    MailMessage,
    MailProposal,
    Minutes,
    NoticeAcknowledgement,
    Recording,
    Revisit,
    SurveyAnswer,
)
from payments.models import (
    Allocation,
    InstalmentPlan,
    Invoice,
    Prepayment,
    PrepaymentRelease,
    Promise,
    Receipt,
)
from payments.selectors.prepayments import delivery_holds
from payments.states import PlanState, PromiseState
from portal.models import PortalLink
from reminders.models import ReminderHold
from workspace.services.demo import MadeDemo, UnableToSeed, load_ledger, make_demo

ON = dt.date(2026, 11, 20)
AT = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def _problems() -> list[str]:
    return [problem for result in run_checks() for problem in result.problems]


def _rows_of(table: str, columns: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


@pytest.fixture(scope="module")
def made(kept: None) -> MadeDemo:
    """The demonstration."""
    return make_demo(seed=1, on=ON, at=AT)


def test_the_demonstration_has_everything_a_person_wants_to_see(made: MadeDemo) -> None:
    assert made.creditors == 2
    assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
    assert 30 <= made.clients <= 50
    assert 250 <= made.invoices <= 500
    assert made.credit_notes > 0
    assert made.interactions > 200
    assert MailMessage.objects.in_tray().count() == 1
    assert MailMessage.objects.filter(kind="BOUNCE", state="FILED").count() == 1
    assert set(MailProposal.objects.values_list("kind", flat=True)) == {"PROMISE", "DISPUTE"}
    assert Contact.objects.exclude(email_failed_at=None).exists()
    assert Invoice.objects.overdue(on=ON).count() >= 20
    assert Invoice.objects.open().filter(allocated__gt=0).exists(), "a part payment"
    assert Receipt.objects.unapplied().exists(), "unapplied credit"
    assert InstalmentPlan.objects.filter(state=PlanState.ACTIVE).count() == 2
    assert ReminderHold.objects.active(on=ON).exists()
    assert Contact.objects.exclude(opted_out_at=None).exists()
    assert Client.objects.filter(on_credit_hold=True).exists()
    assert FollowUp.objects.open().filter(due_on=ON).exists()


def test_conversations_of_the_demonstration_have_links_files_and_a_recording(
    made: MadeDemo,
) -> None:
    assert made.interactions > 0
    recording = Recording.objects.get()
    assert recording.attachment.document.mime == "audio/wav"
    assert recording.attachment.interaction.links.count() == 2
    assert recording.attachment.interaction.corrections.exists()
    assert InteractionDocument.objects.filter(document__mime="image/png").exists()
    assert ContactBreach.objects.filter(rule="HOURS").exists()


def test_contracts_of_the_demonstration_are_in_each_state_of_life(made: MadeDemo) -> None:
    assert made.clients > 0
    states = set(Contract.objects.values_list("state", flat=True))
    assert states >= set(ContractState) - {ContractState.COMPLETED, ContractState.TERMINATED}
    languages = {"en", "zh-hans"}
    open_reviews = Review.objects.filter(state="ASKED", remarks__isnull=False)
    assert open_reviews.exists(), "under review with remarks"
    assert Review.objects.filter(state="CHANGES").exists()
    assert set(Amendment.objects.values_list("state", flat=True)) == {"PROPOSED"}
    waiting = Delivery.objects.filter(state="DELIVERED")
    assert set(waiting.values_list("contract__client__language", flat=True)) == languages
    assert set(Delivery.objects.values_list("state", flat=True)) == set(DeliveryState)
    assert set(Prepayment.objects.values_list("state", flat=True)) >= {"REQUESTED", "CLEARED"}
    assert PrepaymentRelease.objects.filter(state="ASKED").exists()
    flags = SupervisionFlag.objects.filter(cleared_on=None).values_list("kind", flat=True)
    assert set(flags) >= set(FlagKind) - {FlagKind.MAY_RESUME}
    asked = OverrideRequest.objects.filter(answered_at=None)
    assert {one.contract.state for one in asked} == {"DRAFT"}
    over = LimitRequest.objects.filter(state="ASKED")
    assert {one.contract.state for one in over} == {"SIGNED"}, "over the limit"


def test_a_draft_of_the_demonstration_has_gaps_and_an_active_one_waits(made: MadeDemo) -> None:
    assert made.clients > 0
    draft = OverrideRequest.objects.get(contract__state="DRAFT").contract
    blocking = [one for one in contract_gaps(draft, ON) if one.blocks]
    assert len([one for one in blocking if one.gap.fix]) >= 2
    holds = {bool(one.unasked) for one in delivery_holds(Contract.objects.all()).values()}
    assert holds == {True, False}, "one was not asked for its prepayment, one has not paid"


def test_clients_of_the_demonstration_have_a_score_with_a_course(made: MadeDemo) -> None:
    rated = CurrentScore.objects.exclude(snapshot__granted="U")
    assert 10 <= rated.count() <= made.clients
    assert len(set(rated.values_list("snapshot__granted", flat=True))) >= 3
    assert ScoreSnapshot.objects.filter(client=rated[0].client).count() >= 3


def test_promises_and_disputes_of_the_demonstration_have_every_end(made: MadeDemo) -> None:
    promises = set(Promise.objects.values_list("state", flat=True))
    disputes = set(Dispute.objects.values_list("state", flat=True))

    assert promises >= {PromiseState.OPEN, PromiseState.KEPT, PromiseState.BROKEN}
    assert disputes == {DisputeState.OPEN, DisputeState.UPHELD, DisputeState.REJECTED}
    assert made.promises > len(promises)


def test_the_demonstration_verifies(made: MadeDemo) -> None:
    assert made.invoices > 0
    assert _problems() == []


def test_no_address_in_the_demonstration_can_be_reached(made: MadeDemo) -> None:
    addresses = [
        *Contact.objects.values_list("email", flat=True),
        *Creditor.objects.values_list("email", flat=True),
        *User.objects.values_list("email", flat=True),
    ]
    reserved = ("example.com", "example.cn", ".example")
    assert len(addresses) > made.clients
    assert [a for a in addresses if a and not a.endswith(reserved)] == []


def test_nothing_in_the_demonstration_lies_in_the_future(made: MadeDemo) -> None:
    assert made.receipts > 0
    assert not Invoice.objects.filter(issued_on__gt=ON).exists()
    assert not Receipt.objects.filter(received_on__gt=ON).exists()
    assert not Allocation.objects.filter(effective_on__gt=ON).exists()
    assert not Interaction.objects.filter(recorded_at__gt=AT).exists()
    assert not Delivery.objects.filter(delivered_on__gt=ON).exists()
    assert not ContractTransition.objects.filter(at__gt=AT).exists()


def test_the_demonstration_is_not_put_onto_other_data(made: MadeDemo) -> None:
    with pytest.raises(UnableToSeed, match="nothing was changed"):
        make_demo(seed=1, on=ON, at=AT)
    with pytest.raises(UnableToSeed):
        load_ledger(clients=5, invoices=50, seed=1, on=ON, at=AT)

    assert Invoice.objects.count() == made.invoices


@pytest.fixture
def _large(db: None) -> None:
    load_ledger(clients=60, invoices=1_200, seed=3, on=ON, at=AT)


@pytest.mark.usefixtures("_large")
def test_a_large_ledger_has_the_shares_it_promises() -> None:
    assert (Client.objects.count(), Invoice.objects.count()) == (60, 1_200)
    settled = Invoice.objects.filter(open_amount=0).count()
    overdue = Invoice.objects.overdue(on=ON).count()
    not_due = Invoice.objects.open().filter(due_on__gte=ON).count()
    assert settled + overdue + not_due == 1_200
    assert 0.55 < settled / 1_200 < 0.65
    assert 0.15 < overdue / 1_200 < 0.25
    assert 0.15 < not_due / 1_200 < 0.25


@pytest.mark.usefixtures("_large")
def test_a_large_ledger_verifies() -> None:
    assert Allocation.objects.exists()
    assert Dispute.objects.exists()
    assert _problems() == []


@pytest.mark.usefixtures("_large")
def test_after_a_large_ledger_new_rows_get_keys_of_their_own() -> None:
    creditor, client = Creditor.objects.get(), Client.objects.order_by("-pk")[0]

    new = Invoice.objects.create(
        creditor=creditor,
        client=client,
        number="NEW",
        currency="CNY",
        amount=Decimal(1),
        issued_on=ON,
        due_on=ON,
        created_at=AT,
    )

    assert new.pk > 1_200


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_ledger() -> None:
    columns = "client_id, currency, amount, issued_on, due_on"
    made = []
    for _ in range(2):
        load_ledger(clients=20, invoices=200, seed=5, on=ON, at=AT)
        made.append(_rows_of("payments_invoice", columns))
        _empty()

    assert made[0] == made[1]


def _empty() -> None:
    """Take the test's rows away as only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE clients_client, clients_creditor, core_user CASCADE")
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.django_db
def test_the_command_prints_for_machines_and_refuses_half_a_size() -> None:
    out = io.StringIO()

    call_command("seed_demo", "--clients", "5", "--invoices", "40", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["clients"], told["invoices"]) == (5, 40)
    total = Receipt.objects.aggregate(all=Sum("amount"))["all"]
    assert total > 0
    with pytest.raises(CommandError, match="together"):
        call_command("seed_demo", "--clients", "5")
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")


def test_it_shows_care_complaints_and_a_year_of_answers(made: MadeDemo) -> None:
    answers = SurveyAnswer.objects.all()
    assert answers.count() == 36
    assert len(set(answers.dates("answered_on", "month"))) >= 12
    unhappy = answers.filter(score__lte=2)
    assert Complaint.objects.filter(channel="SURVEY").count() == unhappy.count() > 1
    assert Complaint.objects.late(on=ON).exists()
    assert set(Complaint.objects.values_list("state", flat=True)) >= {"CLOSED", "IN_WORK"}
    assert Revisit.objects.due(on=ON).exists()
    assert Revisit.objects.planned().filter(due_on__gt=ON).exists()
    assert ContractNotice.objects.count() >= 6


def test_links_of_the_demonstration_wait_for_their_clients(made: MadeDemo) -> None:
    assert made.clients > 0
    now = {
        action: sorted(link.state_at(AT) for link in PortalLink.objects.filter(action=action))
        for action in ("survey.answer", "notice.acknowledge", "minutes.confirm")
    }
    assert now == {
        "survey.answer": ["WAITING"],
        "notice.acknowledge": ["ACTED", "OPENED", "WAITING"],
        "minutes.confirm": ["OPENED"],
    }
    assert Minutes.objects.get(state="SENT").document is not None
    assert NoticeAcknowledgement.objects.get().version.notice.versions.count() >= 1


def test_the_demonstration_has_a_report_that_counts_and_one_that_ran_out(made: MadeDemo) -> None:
    counts = CreditReport.objects.in_state("VALID", on=ON).get()
    ran_out = CreditReport.objects.in_state("EXPIRED", on=ON).get()
    assert (counts.figure_count, counts.paper_count) == (3, 1)
    assert ran_out.client != counts.client


def test_a_client_of_the_demonstration_has_appealed_by_link(made: MadeDemo) -> None:
    appeal = Appeal.objects.get(channel="LINK")
    assert (appeal.state, appeal.created_by) == ("RECEIVED", None)
    links = PortalLink.objects.filter(action="decision.appeal")
    assert links.filter(acted_at__isnull=False).get().client == appeal.client
    assert links.filter(acted_at=None).count() == 1
