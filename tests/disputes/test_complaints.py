"""Complaints: noted once, answered in time, closed or opened again; and what came before them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from cases.letters.exhibits import ExhibitWriter
from cases.selectors import evidence_of
from clients.models import Client, Creditor
from core.models import AuditEvent, User
from core.states import Role
from disputes.models import Complaint, ComplaintTransition, Dispute
from disputes.selectors import complaint_histories, facts_before
from disputes.services import (
    UnableToHandleComplaint,
    answer_complaint,
    close_complaint,
    dispute_from_complaint,
    open_complaint,
    reopen_complaint,
    set_answer_days,
    take_up_complaint,
)
from disputes.services.complaints import About
from disputes.states import COMPLAINT_TRANSITIONS, ComplaintReason, ComplaintState
from interactions.models import Interaction
from interactions.services import log_interaction
from payments.services import record_promise
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
S = ComplaintState
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def client(owner: User) -> Client:
    return make_client(owner=owner, legal_name="Far East Ltd")


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(country="CN")


def noted(client: Client, creditor: Creditor, **changed: Any) -> Complaint:
    given: dict[str, Any] = {
        "channel": "CALL",
        "reason": "SERVICE_SLOW",
        "what": "Nobody calls back",
        "received_at": NOW,
        "key": uuid.uuid4().hex,
        "actor": client.owner,
        "at": NOW,
    }
    return open_complaint(client=client, creditor=creditor, **{**given, **changed})


def whom(row: Complaint) -> User:
    """Who answers it; in these tests somebody does."""
    assert row.owner is not None
    return row.owner


def walk(row: Complaint, *steps: str) -> Complaint:
    """Take the steps named; each as a person would."""
    who: dict[str, Any] = {"complaint": row, "actor": row.owner, "at": NOW}
    acts: dict[str, Any] = {
        "take_up": lambda: take_up_complaint(owner=whom(row), reason="SERVICE_SLOW", **who),
        "answer": lambda: answer_complaint(answer="We called on Monday", **who),
        "close": lambda: close_complaint(is_accepted=True, resolution="Settled", **who),
        "reopen": lambda: reopen_complaint(reason="It happened again", **who),
    }
    for step in steps:
        acts[step]()
    return row


def test_a_complaint_has_a_deadline_in_working_days_an_owner_and_an_entry_in_the_log(
    client: Client, creditor: Creditor
) -> None:
    row = noted(client, creditor, wants="A call every week")
    # Monday 15 June; the dragon boat festival (Friday 19) is no working day.
    assert row.answer_by == dt.date(2026, 6, 23)
    assert (row.state, row.owner, row.category) == (S.RECEIVED, client.owner, "SERVICE")
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction) == ("CALL", "IN")
    assert "A call every week" in entry.body
    assert row.transitions.get().to_state == S.RECEIVED
    assert AuditEvent.objects.filter(action="disputes.complaint_open").count() == 1


def test_the_policy_of_the_creditor_decides_how_many_days(
    client: Client, creditor: Creditor
) -> None:
    set_answer_days(creditor=creditor, days=1, actor=None, at=NOW)
    assert noted(client, creditor).answer_by == TODAY + DAY
    with pytest.raises(UnableToHandleComplaint):
        set_answer_days(creditor=creditor, days=0, actor=None, at=NOW)


def test_the_same_form_twice_is_one_complaint(client: Client, creditor: Creditor) -> None:
    first = noted(client, creditor, key="form-1")
    assert noted(client, creditor, key="form-1").pk == first.pk
    assert (Complaint.objects.count(), Interaction.objects.count()) == (1, 1)
    assert noted(client, creditor, key="form-2").pk != first.pk


@pytest.mark.parametrize(
    "changed", [{"what": "  "}, {"received_at": NOW + dt.timedelta(minutes=1)}]
)
def test_what_says_nothing_or_lies_in_the_future_is_refused_and_leaves_nothing(
    client: Client, creditor: Creditor, changed: dict[str, Any]
) -> None:
    with pytest.raises(UnableToHandleComplaint):
        noted(client, creditor, **changed)
    assert not Complaint.objects.exists()
    assert not Interaction.objects.exists()


def test_a_complaint_is_about_something_of_its_own_client(
    client: Client, creditor: Creditor
) -> None:
    foreign = make_invoice(make_client(), creditor)
    with pytest.raises(UnableToHandleComplaint):
        noted(client, creditor, about=About(invoice=foreign))
    row = noted(client, creditor)
    values = {f.attname: getattr(row, f.attname) for f in Complaint._meta.fields if f.name != "id"}
    with pytest.raises(DatabaseError, match="its own client"), transaction.atomic():
        Complaint.objects.create(**{**values, "invoice_id": foreign.pk, "key": "raw"})


ROUTES: dict[ComplaintState, tuple[str, ...]] = {
    S.RECEIVED: (),
    S.IN_WORK: ("take_up",),
    S.ANSWERED: ("take_up", "answer"),
    S.CLOSED: ("take_up", "answer", "close"),
    S.REOPENED: ("take_up", "answer", "reopen"),
}
STEPS = {"take_up": S.IN_WORK, "answer": S.ANSWERED, "close": S.CLOSED, "reopen": S.REOPENED}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", list(STEPS))
def test_every_step_is_open_exactly_where_the_map_has_it(
    client: Client, creditor: Creditor, state: ComplaintState, step: str
) -> None:
    row = walk(noted(client, creditor), *ROUTES[state])
    before = list(ComplaintTransition.objects.values_list("pk", flat=True))
    if STEPS[step] in COMPLAINT_TRANSITIONS[state]:
        walk(row, step)
        row.refresh_from_db()
        assert row.state == STEPS[step]
        added = ComplaintTransition.objects.exclude(pk__in=before).get()
        assert (added.from_state, added.to_state) == (state, STEPS[step])
        assert not list(complaint_histories())
        return
    with pytest.raises(UnableToHandleComplaint):
        walk(row, step)
    row.refresh_from_db()
    assert row.state == state
    assert ComplaintTransition.objects.count() == len(before)
    raw = {"closed_at": NOW, "is_accepted": True, "resolution": "x"} if step == "close" else {}
    if state != STEPS[step]:
        with pytest.raises(DatabaseError, match="take the step"), transaction.atomic():
            Complaint.objects.filter(pk=row.pk).update(state=STEPS[step], **raw)


def test_of_two_at_once_one_wins(client: Client, creditor: Creditor) -> None:
    row = noted(client, creditor)
    stale = Complaint.objects.get(pk=row.pk)
    walk(row, "take_up")
    with pytest.raises(UnableToHandleComplaint, match="meanwhile"):
        walk(stale, "take_up")
    assert ComplaintTransition.objects.filter(to_state=S.IN_WORK).count() == 1


def test_a_reopened_one_gets_a_new_deadline_and_keeps_its_history(
    client: Client, creditor: Creditor
) -> None:
    row = walk(noted(client, creditor, received_at=NOW - 20 * DAY), "take_up", "answer", "close")
    first = row.answer_by
    walk(row, "reopen")
    row.refresh_from_db()
    assert row.answer_by > first
    assert (row.is_accepted, row.resolution, row.closed_at) == (None, "", None)
    said = list(row.transitions.values_list("note", flat=True))
    assert "We called on Monday" in said
    assert any("Settled" in note for note in said)


def test_who_does_not_see_the_client_cannot_be_given_its_complaint(
    client: Client, creditor: Creditor
) -> None:
    row = noted(client, creditor)
    with pytest.raises(UnableToHandleComplaint):
        take_up_complaint(
            complaint=row,
            owner=make_user(Role.SALES),
            reason="SERVICE_SLOW",
            actor=None,
            at=NOW,
        )


def test_the_database_keeps_what_was_said_and_its_history(
    client: Client, creditor: Creditor
) -> None:
    row = noted(client, creditor)
    for statement in (
        "UPDATE disputes_complaint SET what = 'nothing'",
        "DELETE FROM disputes_complaint",
        "UPDATE disputes_complainttransition SET note = 'x'",
        "DELETE FROM disputes_complainttransition",
        "UPDATE disputes_complaint SET category = 'QUALITY'",
    ):
        with (
            pytest.raises((InternalError, DatabaseError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    row.refresh_from_db()
    assert row.what == "Nobody calls back"


def test_a_dispute_is_opened_from_it_once_and_both_say_so(
    client: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client, creditor, "1000.00", number="INV-77")
    row = noted(client, creditor, about=About(invoice=invoice))
    given: dict[str, Any] = {
        "invoice": invoice,
        "amount": Decimal(300),
        "reason": "QUALITY",
        "on": TODAY,
        "actor": row.owner,
        "at": NOW,
    }
    dispute = dispute_from_complaint(complaint=row, **given)
    assert (dispute.amount, dispute.note) == (Decimal(300), "Nobody calls back")
    invoice.refresh_from_db()
    assert invoice.collectible == Decimal(700)
    with pytest.raises(UnableToHandleComplaint):
        dispute_from_complaint(complaint=row, **given)
    assert Dispute.objects.count() == 1
    page = signed_in(whom(row)).get(reverse("disputes:complaint", args=[row.pk]))
    assert "INV-77 is held apart because of this complaint" in page.content.decode()
    other = noted(client, creditor)
    foreign = {**given, "invoice": make_invoice(make_client(), creditor)}
    with pytest.raises(UnableToHandleComplaint):
        dispute_from_complaint(complaint=other, **foreign)
    closed = walk(noted(client, creditor), "take_up", "answer", "close")
    with pytest.raises(UnableToHandleComplaint):
        dispute_from_complaint(complaint=closed, **given)


def test_what_came_before_is_told_with_days_and_without_a_verdict(
    client: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client, creditor, due_on=TODAY - 10 * DAY)
    bare = {one.code: one for one in facts_before(noted(client, creditor))}
    assert set(bare) == {"demand", "promise", "earlier"}
    assert not any(one.is_so for one in bare.values())
    for days in (8, 2):
        entry = log_interaction(
            client=client,
            kind="EMAIL",
            direction="OUT",
            occurred_at=NOW - days * DAY,
            body="Please pay",
            actor=None,
            at=NOW,
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE interactions_interaction SET about_type = %s WHERE id = %s",
                ["reminders.message", entry.pk],
            )
            cursor.execute("SET LOCAL session_replication_role = origin")
    record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(5),
        due_on=TODAY + DAY,
        on=TODAY - 3 * DAY,
        actor=None,
        at=NOW,
    )
    row = noted(client, creditor, about=About(invoice=invoice))
    facts = {one.code: one for one in facts_before(row)}
    assert facts["demand"].days == (TODAY - 8 * DAY, TODAY - 2 * DAY)
    assert (facts["demand"].is_so, facts["demand"].count) == (True, 2)
    assert (facts["due"].is_so, facts["due"].days) == (True, (TODAY - 10 * DAY,))
    assert facts["promise"].days == (TODAY - 3 * DAY,)
    before = noted(client, creditor, received_at=NOW - 9 * DAY)
    assert not {one.code: one for one in facts_before(before)}["demand"].is_so


def test_evidence_holds_complaints_with_their_history(client: Client, creditor: Creditor) -> None:
    row = walk(noted(client, creditor), "take_up", "answer")
    make_invoice(client, creditor)
    evidence = evidence_of(client=client, creditor=creditor, as_of_on=TODAY)
    exhibit = ExhibitWriter(evidence, "zh-hans").complaints()
    assert exhibit.title == "投诉记录"
    (section,) = exhibit.sections
    assert section.paragraphs == ("Nobody calls back",)
    assert [one.body for one in section.entries][-1] == "We called on Monday"
    assert str(row.pk) in section.heading
    day_before = evidence_of(client=client, creditor=creditor, as_of_on=TODAY - DAY)
    assert not day_before.complaints


def test_reasons_stand_in_the_category_their_code_begins_with() -> None:
    assert {one.category for one in ComplaintReason} >= {"QUALITY", "BILLING", "OTHER"}


# --- Pages ---------------------------------------------------------------------------------------


@pytest.fixture
def web(owner: User) -> Browser:
    return signed_in(owner)


def form_of(client: Client, **changed: str) -> dict[str, str]:
    given = {
        "channel": "CALL",
        "received_at": "2026-06-15T09:00",
        "about": "",
        "reason": "BILLING_AMOUNT",
        "what": "<script>alert(1)</script> too much",
        "wants": "",
        "owner": str(client.owner_id),
        "key": "k",
    }
    return {**given, **changed}


def test_it_is_noted_on_its_page_about_an_invoice_and_shown_as_text(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client, creditor, number="INV-9")
    url = reverse("disputes:complaint_new", args=[client.pk])
    assert "INV-9" in web.get(url).content.decode()
    for _twice in range(2):
        response = web.post(url, form_of(client, about=f"invoice:{invoice.pk}"))
        assert response.status_code == 302
    row = Complaint.objects.get()
    assert (row.invoice, row.creditor) == (invoice, creditor)
    for language in ("en", "zh-hans"):
        body = web.get(response.headers["Location"], headers={"accept-language": language})
        assert "&lt;script&gt;alert(1)" in body.content.decode()
        assert "<script>alert(1)" not in body.content.decode()
    assert "INV-9" in body.content.decode()


def test_the_steps_are_taken_on_pages_and_refusals_are_told(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    row = noted(client, creditor)

    def step(name: str, **fields: str) -> Any:
        return web.post(reverse("disputes:complaint_step", args=[row.pk, name]), fields)

    assert step("answer", answer="Too early").status_code == 200
    assert step("take-up", owner=str(client.owner_id), reason="CONDUCT_TONE").status_code == 302
    assert step("answer", answer="").status_code == 200
    assert step("answer", answer="We are sorry").status_code == 302
    assert step("close", is_accepted="no", resolution="They think it over").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.is_accepted, row.category) == (S.CLOSED, False, "CONDUCT")
    assert step("nonsense").status_code == 404


def test_the_list_is_filtered_and_late_ones_are_on_the_home_page(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    late = noted(client, creditor, received_at=NOW - 30 * DAY, reason="QUALITY_DEFECT")
    noted(client, creditor)
    closed = walk(noted(client, creditor), "take_up", "answer", "close")
    url = reverse("disputes:complaints")

    def shown(**query: str) -> list[int]:
        return [one["row"].pk for one in web.get(url, query).context["rows"]]

    assert shown()[0] == late.pk
    assert len(shown()) == 2
    assert shown(late="on") == [late.pk]
    assert shown(state="CLOSED") == [closed.pk]
    assert len(shown(state="all")) == 3
    assert shown(category="QUALITY") == [late.pk]
    assert len(shown(owner=str(client.owner_id))) == 2
    assert shown(client=str(make_client().pk)) == []
    for role in (None, Role.MANAGER, Role.FINANCE):
        page = (web if role is None else signed_in(make_user(role))).get("/").content.decode()
        assert reverse("disputes:complaint", args=[late.pk]) in page
        assert reverse("disputes:complaint", args=[closed.pk]) not in page


def test_the_list_and_the_page_take_as_many_queries_for_one_as_for_many(
    web: Browser, client: Client, creditor: Creditor
) -> None:
    row = noted(client, creditor)
    url = reverse("disputes:complaints")
    page = reverse("disputes:complaint", args=[row.pk])
    web.get(url)
    few = (count_queries(lambda: web.get(url)), count_queries(lambda: web.get(page)))
    for _n in range(4):
        walk(noted(client, creditor), "take_up", "answer", "reopen")
    walk(row, "take_up", "answer", "reopen")
    many = (count_queries(lambda: web.get(url)), count_queries(lambda: web.get(page)))
    assert few == many
    assert many[0] <= 8


def test_managers_set_the_days(client: Client, creditor: Creditor) -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("disputes:answer_days")
    assert web.post(url, {f"days_{creditor.pk}": "0"}).status_code == 200
    assert web.post(url, {f"days_{creditor.pk}": "2"}).status_code == 302
    assert noted(client, creditor).answer_by == TODAY + 2 * DAY


def test_a_stranger_finds_none_of_it(client: Client, creditor: Creditor) -> None:
    row = noted(client, creditor)
    web = signed_in(make_user(Role.SALES))
    for name, key in (("complaint", row.pk), ("complaint_new", client.pk)):
        assert web.get(reverse(f"disputes:{name}", args=[key])).status_code == 404
    assert web.get(reverse("disputes:complaints")).context["rows"] == []
