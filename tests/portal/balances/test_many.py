"""Many clients are asked at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clients.models import Client, Creditor
from core import outbox
from core.models import Job, User
from core.states import Role
from portal.models import PortalLink, StatementBatch, StatementBatchRow
from portal.services import batches
from portal.services.batches import UnableToAskMany, run_batch, start_batch
from portal.states import BATCH_ROW_TRANSITIONS, BatchRowState, LinkMail
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


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
