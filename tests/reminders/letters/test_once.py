"""A letter is made once, and frozen."""

import hashlib
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from clients.models import BankAccount, Client, Creditor
from core import outbox
from core.documents import read_document
from core.models import AuditEvent, Job, OutboxItem, User
from core.pdf import service as pdf_service
from core.states import JobState
from interactions.models import Interaction
from reminders.letters.paper import DemandLetter as Paper
from reminders.models import DemandLetter
from reminders.services import letters as services
from reminders.services.letters import make_letter
from reminders.states import LetterState
from tests.factories import NOW, make_client, make_creditor, make_invoice, pay
from tests.reminders.letters.cast import made, ordered

pytestmark = pytest.mark.django_db


def test_the_same_form_sent_twice_gives_one_letter(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    first = ordered(client_row, creditor, finance)
    assert ordered(client_row, creditor, finance) == first
    make_letter(letter_id=first.pk, at=NOW)
    assert ordered(client_row, creditor, finance) == first
    assert Job.objects.filter(kind=services.MAKE_LETTERS).count() == 1


def test_the_job_run_twice_makes_one_letter(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    assert outbox.run_waiting(at=NOW) >= 1
    letter.refresh_from_db()
    first = (letter.sha256, letter.ready_at, letter.document_id)
    Job.objects.update(state=JobState.RUNNING)
    OutboxItem.objects.update(done_at=None, claimed_at=None)
    outbox.run_waiting(at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert (letter.sha256, letter.ready_at, letter.document_id) == first
    assert Interaction.objects.filter(kind="LETTER").count() == 1
    assert AuditEvent.objects.filter(action="reminders.make_letter").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_letter(
    client_row: Client, creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    both_drew = threading.Barrier(2, timeout=60)
    real = pdf_service.render_pdf

    def draw(**arguments: Any) -> bytes:
        pdf = real(**arguments)
        both_drew.wait()
        return pdf

    monkeypatch.setattr(services, "render_pdf", draw)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            make_letter(letter_id=letter.pk, at=NOW)
        except BaseException as error:  # noqa: BLE001  handed to the test
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert Interaction.objects.filter(kind="LETTER").count() == 1
    assert AuditEvent.objects.filter(action="reminders.make_letter").count() == 1


def test_no_pdf_is_drawn_inside_a_transaction(
    client_row: Client,
    creditor: Creditor,
    finance: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    depth = len(connection.savepoint_ids)
    seen: list[int] = []
    real = pdf_service.render_pdf

    def draw(**arguments: Any) -> bytes:
        seen.append(len(connection.savepoint_ids))
        return real(**arguments)

    monkeypatch.setattr(services, "render_pdf", draw)
    make_letter(letter_id=letter.pk, at=NOW)
    assert seen == [depth]


def test_a_finished_letter_cannot_be_changed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = made(client_row, creditor, finance)
    changes: list[dict[str, Any]] = [
        {"total": Decimal(1)},
        {"context": {}},
        {"state": LetterState.FAILED},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            DemandLetter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        letter.delete()


def test_bytes_hash_and_context_belong_together(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    invoice = make_invoice(client_row, creditor, "1000.00")
    letter = made(client_row, creditor, finance)
    assert letter.document is not None
    pdf = read_document(letter.document)
    assert hashlib.sha256(pdf).hexdigest() == letter.sha256
    pay(invoice)  # what happens later changes nothing in it
    assert letter.context is not None
    paper = Paper.from_json(letter.context)
    again = pdf_service.render_pdf(
        template=paper.template, context=paper.template_context(), language=paper.language
    )
    assert again == pdf


def test_the_log_and_the_record_of_acts_show_it(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = made(client_row, creditor, finance)
    entry = Interaction.objects.get(kind="LETTER")
    assert entry.client == client_row
    assert entry.attachments.get().document == letter.document
    assert entry.direction == "OUT"
    assert letter.reference in entry.subject
    assert (entry.about_type, entry.about_id) == ("reminders.demandletter", str(letter.pk))
    event = AuditEvent.objects.get(action="reminders.make_letter")
    assert letter.sha256 in event.payload


def test_references_count_up_per_creditor_and_year(creditor: Creditor, finance: User) -> None:
    references = []
    for number in range(3):
        client = make_client()
        make_invoice(client, creditor)
        references.append(ordered(client, creditor, finance, key=f"k{number}").reference)
    assert references == ["DL-2026-0001", "DL-2026-0002", "DL-2026-0003"]
    other = make_creditor()
    BankAccount.objects.create(
        creditor=other,
        label="x",
        bank_name="x",
        account_name="x",
        account_number="1",
        currency="CNY",
    )
    client = make_client()
    make_invoice(client, other)
    assert ordered(client, other, finance, key="kx").reference == "DL-2026-0001"
