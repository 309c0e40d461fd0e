"""Letters to many clients at once."""

import hashlib
import io
import zipfile

import pytest

from clients.models import Client, Creditor
from core import outbox
from core.documents import read_document
from core.models import Job, OutboxItem, User
from core.states import JobState
from reminders.models import DemandLetter, LetterBatch
from reminders.services import letters as services
from reminders.services.letters import UnableToMakeLetter, order_batch
from reminders.states import LetterState
from tests.factories import NOW, TODAY, make_client, make_invoice, pay
from tests.reminders.letters.cast import order_of

pytestmark = pytest.mark.django_db


def batch_of(
    clients: list[Client], creditor: Creditor, actor: User, key: str = "b1"
) -> LetterBatch:
    return order_batch(
        orders=[order_of(client, creditor) for client in clients],
        key=key,
        on=TODAY,
        actor=actor,
        at=NOW,
    )


def test_a_batch_gives_each_client_a_letter_and_one_zip(creditor: Creditor, finance: User) -> None:
    clients = [make_client(legal_name=f"Client/{n} <b>") for n in range(3)]
    for client in clients:
        make_invoice(client, creditor)
    batch = batch_of(clients, creditor, finance)
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    assert batch.zip is not None
    archive = zipfile.ZipFile(io.BytesIO(read_document(batch.zip)))
    names = sorted(archive.namelist())
    assert len(names) == 3
    assert all("/" not in name for name in names)
    hashes = {hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    assert hashes == set(batch.letters.values_list("sha256", flat=True))
    assert batch.job is not None
    batch.job.refresh_from_db()
    assert (batch.job.state, batch.job.done, batch.job.total) == (JobState.DONE, 3, 3)


def test_one_client_that_cannot_be_written_to_does_not_stop_the_others(
    creditor: Creditor, finance: User
) -> None:
    good, settled = make_client(), make_client()
    make_invoice(good, creditor)
    pay(make_invoice(settled, creditor))
    batch = batch_of([settled, good], creditor, finance)
    outbox.run_waiting(at=NOW)
    states = dict(batch.letters.values_list("client", "state"))
    assert states == {good.pk: LetterState.READY, settled.pk: LetterState.FAILED}
    batch.refresh_from_db()
    assert batch.zip is not None
    assert batch.job is not None
    batch.job.refresh_from_db()
    assert batch.job.state == JobState.DONE
    assert "1 failed" in batch.job.message


def test_a_batch_ordered_and_run_twice_is_one_batch(creditor: Creditor, finance: User) -> None:
    client = make_client()
    make_invoice(client, creditor)
    batch = batch_of([client], creditor, finance)
    assert batch_of([client], creditor, finance) == batch
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    first = batch.zip_id
    Job.objects.update(state=JobState.RUNNING)
    OutboxItem.objects.update(done_at=None, claimed_at=None)
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    assert batch.zip_id == first
    assert DemandLetter.objects.count() == 1


def test_a_batch_of_none_or_too_many_is_refused(
    creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnableToMakeLetter):
        batch_of([], creditor, finance)
    monkeypatch.setattr(services, "MAX_BATCH", 1)
    with pytest.raises(UnableToMakeLetter):
        batch_of([make_client(), make_client()], creditor, finance)
    assert not LetterBatch.objects.exists()
