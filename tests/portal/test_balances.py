"""Balances confirmed line by line, asked of many at once, and what happens on silence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client, Creditor
from core import outbox
from core.documents import read_document
from core.models import AuditEvent, Job, User
from core.smtp import Delivery, Fate
from core.states import Role
from core.verify import run_checks
from interactions.models import FollowUp, Interaction
from portal.models import (
    LinkReminder,
    PortalLink,
    StatementAnswer,
    StatementBatch,
    StatementBatchRow,
    StatementLine,
)
from portal.rules import (
    CONFIRMED,
    OBJECTED,
    PARTLY,
    AnswerUnclear,
    Mark,
    settle_statement,
)
from portal.selectors.balances import acknowledged_invoices, balances_in, state_of, with_answers
from portal.services import UnableToIssueLink, batches, mailing, revoke_link
from portal.services.acknowledgements import on_acknowledgement
from portal.services.batches import UnableToAskMany, run_batch, start_batch
from portal.services.silence import chase_silent, set_silence_days
from portal.states import BATCH_ROW_TRANSITIONS, BatchRowState, LinkMail, StatementState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_invoice,
    make_user,
    pay,
    signed_in,
)
from tests.portal.conftest import Issue, answer, opened

DAY = dt.timedelta(days=1)


# --- the rule ------------------------------------------------------------------------------------

AMOUNT = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)
MARK = st.builds(Mark, st.none() | st.decimals(0, 10**6, places=2), st.just("not ours"))


@given(
    opens=st.lists(AMOUNT, min_size=1, max_size=30),
    choice=st.sampled_from([CONFIRMED, PARTLY, OBJECTED]),
    marks=st.dictionaries(st.integers(1, 30), MARK, max_size=30),
    remark=st.sampled_from(["", "no"]),
)
def test_totals_are_those_of_the_lines(
    opens: list[Decimal], choice: str, marks: dict[int, Mark], remark: str
) -> None:
    try:
        settled = settle_statement(opens, choice=choice, marks=marks, remark=remark)
    except AnswerUnclear:
        return
    contested = [one for one in settled.lines if not one.is_confirmed]
    assert settled.stated == sum(opens)
    assert settled.confirmed + sum(one.open_amount for one in contested) == settled.stated
    assert (settled.outcome == CONFIRMED) == (not contested)
    assert (settled.outcome == OBJECTED) == (len(contested) == len(opens))
    if settled.outcome == PARTLY:
        assert 0 < settled.confirmed < settled.stated
        marked = {place for place, one in enumerate(settled.lines, 1) if not one.is_confirmed}
        assert marked == set(marks)


@pytest.mark.parametrize(
    ("choice", "marks", "remark"),
    [
        ("", {}, ""),
        (CONFIRMED, {1: Mark(Decimal(1))}, ""),
        (PARTLY, {}, "some"),
        (PARTLY, {3: Mark(Decimal(1))}, ""),
        (PARTLY, {1: Mark()}, ""),
        (OBJECTED, {}, " "),
    ],
)
def test_an_unclear_answer_is_refused(choice: str, marks: dict[int, Mark], remark: str) -> None:
    with pytest.raises(AnswerUnclear):
        settle_statement([Decimal(1), Decimal(2)], choice=choice, marks=marks, remark=remark)


# --- one client ----------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """A mail server that takes everything; what it was given."""
    taken: list[tuple[str, bytes]] = []

    class Taking:
        fate = Fate.ACCEPTED

        def __enter__(self) -> Taking:
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def deliver(self, *, recipient: str, raw: bytes, **_given: Any) -> Delivery:
            taken.append((recipient, raw))
            return Delivery(self.fate, "250 ok")

    monkeypatch.setattr(mailing, "Mailer", Taking)
    return taken


def by_number(link_answer: StatementAnswer) -> dict[str, tuple[str, Decimal | None, str]]:
    return {
        one.invoice.number: (one.said, one.believed, one.remark)
        for one in link_answer.lines.select_related("invoice")
    }


def test_a_confirmed_balance_is_kept_line_by_line(
    issue: Issue, phone: Browser, client: Client
) -> None:
    url = opened(phone, issue())
    assert phone.post(url, answer()).status_code == 302
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.stated, kept.confirmed) == (
        "CONFIRMED",
        Decimal("1250.5"),
        Decimal("1250.5"),
    )
    assert by_number(kept) == {
        "INV-1": ("CONFIRMED", None, ""),
        "INV-2": ("CONFIRMED", None, ""),
    }
    assert kept.grade == "C"  # handed over in a way that is not on record
    event = AuditEvent.objects.get(action="portal.acknowledge_debt")
    assert '"amount":"1250.500"' in event.payload
    assert "Wang" not in event.payload
    assert [one for one in run_checks() if one.problems] == []
    said = acknowledged_invoices(client)
    assert [(one.invoice.number, one.answer.act.typed_name) for one in said] == [
        ("INV-1", "Wang Fang"),
        ("INV-2", "Wang Fang"),
    ]


def test_a_part_is_confirmed_and_the_rest_contested(
    issue: Issue, phone: Browser, owner: User
) -> None:
    url = opened(phone, issue())
    form = answer(choice="PARTLY", amount_2="200.00", remark_2="Two boxes came back")
    assert phone.post(url, form).status_code == 302
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.confirmed) == ("PARTLY", Decimal(1000))
    assert by_number(kept)["INV-2"] == ("OBJECTED", Decimal(200), "Two boxes came back")
    assert FollowUp.objects.get().owner == owner
    entry = Interaction.objects.get()
    assert "INV-2" in entry.body
    assert "Two boxes came back" in entry.body
    receipt = phone.get(url).content.decode()
    assert "Two boxes came back" in receipt


def test_an_objection_as_a_whole_acknowledges_nothing(issue: Issue, phone: Browser) -> None:
    phone.post(opened(phone, issue()), answer(choice="OBJECTED", remark="We owe nothing"))
    kept = StatementAnswer.objects.get()
    assert (kept.outcome, kept.confirmed) == ("OBJECTED", Decimal(0))
    assert not AuditEvent.objects.filter(action="portal.acknowledge_debt").exists()
    assert StatementLine.objects.filter(said="OBJECTED").count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"choice": "PARTLY"},
        {"choice": "CONFIRMED", "amount_1": "1"},
        {"choice": "PARTLY", "amount_1": "-5"},
        {"choice": "PARTLY", "amount_1": "many"},
        {"choice": "OBJECTED"},
        {"choice": "MAYBE"},
    ],
)
def test_an_answer_that_does_not_hold_together_keeps_nothing(
    changed: dict[str, str], issue: Issue, phone: Browser
) -> None:
    url = opened(phone, issue())
    assert phone.post(url, answer(**changed)).status_code == 200
    assert not StatementAnswer.objects.exists()


def test_the_same_form_twice_is_one_answer(issue: Issue, phone: Browser) -> None:
    url, form = opened(phone, issue()), answer()
    phone.post(url, form)
    phone.post(url, form)
    assert StatementAnswer.objects.count() == 1
    assert phone.post(url, answer(choice="OBJECTED", remark="no")).status_code == 410


def test_an_acknowledgement_is_told_to_who_listens(
    issue: Issue, phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.services import acknowledgements

    told: list[tuple[Decimal, str]] = []
    monkeypatch.setattr(acknowledgements, "_handlers", [])
    on_acknowledgement(lambda kept, _at: told.append((kept.confirmed, kept.grade)))
    phone.post(opened(phone, issue()), answer())
    assert told == [(Decimal("1250.5"), "C")]


def test_lines_that_do_not_add_up_are_refused_by_the_database(issue: Issue, phone: Browser) -> None:
    phone.post(opened(phone, issue()), answer())
    kept = StatementAnswer.objects.get()
    other = make_invoice(kept.client, kept.creditor, "5.00")
    with transaction.atomic(), connection.cursor() as cursor:
        StatementLine.objects.create(
            answer=kept, invoice=other, place=3, open_amount=5, said="CONFIRMED"
        )
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portal_statementanswer SET confirmed = 0, outcome = 'OBJECTED'",
        "UPDATE portal_statementline SET said = 'OBJECTED'",
        "DELETE FROM portal_statementline",
        "UPDATE portal_linkreminder SET may_mail = true",
        "DELETE FROM portal_linkreminder",
    ],
)
def test_raw_sql_cannot_rewrite_what_was_confirmed(
    statement: str, issue: Issue, phone: Browser
) -> None:
    phone.post(opened(phone, issue()), answer())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- the paper and interest ----------------------------------------------------------------------


def test_the_statement_is_frozen_with_its_paper(issue: Issue, phone: Browser) -> None:
    issued = issue(language="zh-hans")
    document = issued.link.document
    assert document is not None
    assert read_document(document).startswith(b"%PDF")
    url = opened(phone, issued)
    assert phone.get(f"{url}document/").headers["Content-Type"] == "application/pdf"
    assert "逾期利息及违约金" in issued.link.text


def test_by_default_interest_is_reserved_and_not_stated(issue: Issue) -> None:
    text = issue().link.text
    assert "principal only" in text
    assert "interest" not in issue().link.facts


def test_interest_is_stated_with_a_reason_only(issue: Issue, phone: Browser) -> None:
    with pytest.raises(UnableToIssueLink):
        issue(interest_reason=" ")
    link = issue(interest_reason="The client asked for it").link
    assert link.facts["interest"]["reason"] == "The client asked for it"
    assert "as stated" in link.text
    assert "principal only" not in link.text
    assert "The client asked" not in link.text


def test_the_form_warns_before_it_states_interest(
    client: Client, creditor: Creditor, owner: User
) -> None:
    web = signed_in(owner)
    contact = client.contacts.get()
    form = {
        "account": f"{creditor.pk}:CNY",
        "on": TODAY.isoformat(),
        "contact": contact.pk,
        "language": "en",
        "days": 14,
        "key": uuid.uuid4().hex,
        "with_interest": "on",
    }
    page = web.post(f"/links/statement/{client.pk}/", form).content.decode()
    assert not PortalLink.objects.exists()
    assert "art. 18" in page
    page = web.post(
        f"/links/statement/{client.pk}/",
        {**form, "interest_risk": "on", "interest_reason": "Asked for"},
    ).content.decode()
    assert PortalLink.objects.get().facts["interest"]["reason"] == "Asked for"


def test_a_payment_dated_back_makes_it_outdated_and_a_later_one_does_not(
    issue: Issue, phone: Browser, client: Client
) -> None:
    url = opened(phone, issue(on=TODAY - DAY))
    invoice = client.invoices.get(number="INV-1")
    pay(invoice, "10.00", on=TODAY)
    assert phone.get(url).status_code == 200
    pay(invoice, "10.00", on=TODAY - DAY)
    assert phone.get(url).status_code == 410


# --- silence -------------------------------------------------------------------------------------


def wait(days: int, hour: int = 3) -> dt.datetime:
    """An instant some days on; 03:00 UTC is 11:00 in Shanghai."""
    return (NOW + days * DAY).replace(hour=hour)


def test_silence_is_followed_up_after_working_days_once(issue: Issue, owner: User) -> None:
    issue()  # 15 June 2026 is a Monday; the 19th is the Dragon Boat Festival
    assert chase_silent(at=wait(2)) == (0, 0)
    assert chase_silent(at=wait(3)) == (1, 0)
    assert chase_silent(at=wait(4)) == (0, 0)
    assert FollowUp.objects.get().owner == owner


def test_the_policy_says_how_long(issue: Issue, creditor: Creditor) -> None:
    set_silence_days(creditor=creditor, days=1, actor=None, at=NOW)
    issue()
    assert chase_silent(at=wait(1)) == (1, 0)


def test_an_approved_mail_leaves_once_in_office_hours(
    issue: Issue, sent: list[tuple[str, bytes]], phone: Browser
) -> None:
    first = issue(may_remind=True)
    night = (NOW + 3 * DAY).replace(hour=18)  # 02:00 in Shanghai
    assert chase_silent(at=night.replace(hour=16)) == (1, 0)
    assert sent == []
    morning = wait(3, hour=2)
    assert chase_silent(at=morning) == (0, 1)
    assert chase_silent(at=morning) == (0, 0)
    assert [to for to, _raw in sent] == ["wang@fareast.example"]
    reminder = LinkReminder.objects.get()
    assert reminder.fresh is not None
    assert reminder.fresh.text == first.link.text
    assert reminder.fresh.expires_at == first.link.expires_at


def test_without_approval_no_mail_leaves(issue: Issue, sent: list[tuple[str, bytes]]) -> None:
    issue()
    assert chase_silent(at=wait(4)) == (1, 0)
    assert sent == []


@pytest.mark.parametrize("what", ["answered", "revoked", "outdated", "opted out"])
def test_who_needs_no_reminder_gets_none(
    what: str, issue: Issue, sent: list[tuple[str, bytes]], phone: Browser, client: Client
) -> None:
    issued = issue(may_remind=True)
    if what == "answered":
        phone.post(opened(phone, issued), answer())
    if what == "revoked":
        revoke_link(link=issued.link, reason="x", actor=None, at=NOW)
    if what == "outdated":
        make_invoice(client, issued.link.creditor, "7.00")
    if what == "opted out":
        client.contacts.update(opted_out_at=NOW)
    followed, mailed = chase_silent(at=wait(4))
    assert (followed, mailed) == (1 if what == "opted out" else 0, 0)
    assert sent == []


def token_in(raw: bytes) -> str:
    from email import message_from_bytes

    part: Any = message_from_bytes(raw).get_payload(decode=True)
    return str(part.decode().split("/p/")[1].split("/")[0])


def test_either_link_is_answered_and_closes_the_other(
    issue: Issue, sent: list[tuple[str, bytes]], phone: Browser
) -> None:
    first = issue(may_remind=True)
    chase_silent(at=wait(3, hour=2))
    with time_machine.travel(wait(3), tick=False):
        url = opened(phone, first)
        response = phone.post(f"/p/{token_in(sent[0][1])}/")
        fresh_url = str(response.headers["Location"])
        assert phone.post(fresh_url, answer()).status_code == 302
        assert phone.get(url).status_code == 410
        assert phone.post(url, answer(choice="OBJECTED", remark="no")).status_code == 410
    kept = StatementAnswer.objects.get()
    assert kept.grade == "B"  # it went by mail from here
    shown = with_answers(balances_in(PortalLink.objects.all(), None, NOW)).get()
    assert state_of(shown, NOW) is StatementState.CONFIRMED


def test_revoking_closes_the_reminder_too(issue: Issue, sent: list[tuple[str, bytes]]) -> None:
    first = issue(may_remind=True)
    chase_silent(at=wait(3, hour=2))
    first.link.refresh_from_db()
    revoke_link(link=first.link, reason="wrong", actor=None, at=NOW)
    assert not PortalLink.objects.filter(revoked_at=None).exists()


# --- the list ------------------------------------------------------------------------------------


def test_each_state_is_filtered_as_it_is_shown(
    issue: Issue, phone: Browser, owner: User, sent: list[tuple[str, bytes]]
) -> None:
    issue()
    opened(phone, issue())
    phone.post(opened(phone, issue()), answer())
    phone.post(opened(phone, issue()), answer(choice="PARTLY", amount_1="1"))
    phone.post(opened(phone, issue()), answer(choice="OBJECTED", remark="no"))
    revoke_link(link=issue().link, reason="x", actor=None, at=NOW)
    LinkReminder.objects.filter(link=issue().link).update(followed_up_at=NOW)
    every = PortalLink.objects.all()
    shown = {one.pk: state_of(one, NOW) for one in with_answers(balances_in(every, None, NOW))}
    assert sorted(shown.values()) == sorted(StatementState)
    for state in StatementState:
        found = set(balances_in(every, state, NOW).values_list("pk", flat=True))
        assert found == {pk for pk, one in shown.items() if one is state}, state
    web = signed_in(owner)
    for state in ("", *StatementState):
        page = web.get(f"/links/balances/?show={state}")
        assert page.status_code == 200


def test_the_list_takes_the_same_queries_for_any_length(issue: Issue, owner: User) -> None:
    web = signed_in(owner)
    issue()
    web.get("/links/balances/")
    few = count_queries(lambda: web.get("/links/balances/"))
    for _n in range(4):
        issue()
    assert count_queries(lambda: web.get("/links/balances/")) == few <= 8


def test_a_stranger_sees_no_balance(issue: Issue) -> None:
    issue()
    web = signed_in(make_user(Role.SALES))
    assert web.get("/links/balances/").context["rows"] == []


def test_the_invoice_and_the_client_say_what_was_acknowledged(
    issue: Issue, phone: Browser, owner: User, client: Client
) -> None:
    phone.post(opened(phone, issue()), answer(choice="PARTLY", remark_2="Never came"))
    web = signed_in(owner)
    contested = web.get(f"/payments/invoices/{client.invoices.get(number='INV-2').pk}/")
    assert "Never came" in contested.content.decode()
    assert "Wang Fang" in contested.content.decode()
    page = web.get(f"/clients/{client.pk}/").content.decode()
    assert 'id="balances"' in page


# --- many ----------------------------------------------------------------------------------------


@pytest.fixture
def finance() -> User:
    return make_user(Role.FINANCE)


@pytest.fixture
def others(creditor: Creditor) -> list[Client]:
    """One with an address, one without, and one with nothing overdue."""
    made = [make_client(legal_name=f"Other {n}") for n in range(3)]
    make_contact(made[0], email="one@other.example")
    make_contact(made[2], email="three@other.example")
    make_invoice(made[0], creditor, "10.00")
    make_invoice(made[1], creditor, "20.00")
    make_invoice(made[2], creditor, "30.00", due_on=TODAY + DAY)
    return made


def begin(creditor: Creditor, actor: User, **changed: Any) -> StatementBatch:
    given: dict[str, Any] = {
        "creditor": creditor,
        "currency": "CNY",
        "on": TODAY,
        "overdue_only": False,
        "days": 30,
        "may_remind": False,
        "key": uuid.uuid4().hex,
        "actor": actor,
        "at": NOW,
    }
    return start_batch(**{**given, **changed})


def states(batch: StatementBatch) -> dict[str, str]:
    return {one.client.legal_name: one.state for one in batch.rows.select_related("client")}


def test_each_client_is_asked_by_one_mail(
    client: Client,
    others: list[Client],
    creditor: Creditor,
    finance: User,
    sent: list[tuple[str, bytes]],
) -> None:
    batch = begin(creditor, finance)
    outbox.run_waiting(at=NOW)
    assert states(batch) == {
        "Far East Ltd": "SENT",
        "Other 0": "SENT",
        "Other 1": "NO_ADDRESS",
        "Other 2": "SENT",
    }
    assert sorted(to for to, _raw in sent) == [
        "one@other.example",
        "three@other.example",
        "wang@fareast.example",
    ]
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("DONE", 3, 3)
    run_batch(batch=batch, clock=lambda: NOW, report=lambda _d, _t: None)
    assert len(sent) == 3
    with pytest.raises(UnableToAskMany):
        begin(creditor, finance)  # who is left has no address


def test_only_the_overdue_ones(
    client: Client, others: list[Client], creditor: Creditor, finance: User
) -> None:
    batch = begin(creditor, finance, overdue_only=True)
    assert set(states(batch)) == {"Far East Ltd", "Other 0", "Other 1"}


def test_a_worker_that_died_sends_nothing_again(
    client: Client, creditor: Creditor, finance: User, sent: list[tuple[str, bytes]]
) -> None:
    batch = begin(creditor, finance)
    StatementBatchRow.objects.update(state=BatchRowState.SENDING)
    run_batch(batch=batch, clock=lambda: NOW, report=lambda _d, _t: None)
    assert set(states(batch).values()) == {"IN_DOUBT"}
    assert sent == []


def test_a_mail_that_did_not_leave_closes_its_link(
    client: Client, creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "send_link", lambda **_given: LinkMail.NONE)
    batch = begin(creditor, finance)
    outbox.run_waiting(at=NOW)
    assert set(states(batch).values()) == {"FAILED"}
    assert PortalLink.objects.get().revoked_at == NOW
    assert begin(creditor, finance).pk != batch.pk  # it may be asked again


def test_the_same_form_makes_one_batch(client: Client, creditor: Creditor, finance: User) -> None:
    begin(creditor, finance, key="once")
    with pytest.raises(UnableToAskMany):
        begin(creditor, finance, key="once")
    assert StatementBatch.objects.count() == 1


def test_finance_asks_many_and_sales_do_not(client: Client, creditor: Creditor) -> None:
    with pytest.raises(UnableToAskMany):
        begin(creditor, make_user(Role.SALES))


def test_rows_move_along_their_map_only(client: Client, creditor: Creditor, finance: User) -> None:
    row = begin(creditor, finance).rows.get()
    for state in BatchRowState:
        for to in BatchRowState:
            if state == to:
                continue
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                    cursor.execute("UPDATE portal_statementbatchrow SET state = %s", [state.value])
                    cursor.execute("SET LOCAL session_replication_role = origin")
                try:
                    with transaction.atomic():
                        StatementBatchRow.objects.filter(pk=row.pk).update(state=to)
                    done = True
                except DatabaseError:
                    done = False
                transaction.set_rollback(True)
            assert done == (to in BATCH_ROW_TRANSITIONS[state]), (state, to)


def test_the_preview_sends_nothing_and_the_button_does(
    client: Client, others: list[Client], creditor: Creditor, finance: User
) -> None:
    web = signed_in(finance)
    form: dict[str, Any] = {
        "creditor": creditor.pk,
        "currency": "CNY",
        "on": TODAY.isoformat(),
        "days": 30,
        "key": "k1",
    }
    page = web.get("/links/balances/many/", form)
    assert not StatementBatch.objects.exists()
    assert page.context["asked"] == 3
    assert page.context["without_address"] == 1
    assert "wang@fareast.example" in page.content.decode()
    response = web.post("/links/balances/many/", form)
    batch = StatementBatch.objects.get()
    assert response.headers["Location"] == f"/links/balances/many/{batch.pk}/"
    assert web.get(f"/links/balances/many/{batch.pk}/").status_code == 200


def test_the_policy_page_saves_the_days(creditor: Creditor) -> None:
    web = signed_in(make_user(Role.MANAGER))
    web.post("/links/silence/", {"creditor": creditor.pk, "days": 5})
    assert 'value="5"' in web.get("/links/silence/").content.decode()
