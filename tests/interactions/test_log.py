"""The log in the database: links, files and recordings are added with an entry, never changed."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from clients.models import Client
from core.documents import store_document
from core.models import Document
from interactions.models import Interaction, InteractionDocument, InteractionLink, Recording
from interactions.services import RecordingFacts, UnableToLog, link_interaction, log_interaction
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_user

pytestmark = pytest.mark.django_db

WAV = (
    b"RIFF$\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00@\x1f\x00\x00\x80>\x00\x00"
    b"\x02\x00\x10\x00data\x00\x00\x00\x00"
)


def kept(data: bytes = b"a note", name: str = "note.txt") -> Document:
    return store_document(data=data, name=name, actor=None, at=NOW)


def call(client: Client, **fields: object) -> Interaction:
    given = {
        "kind": "CALL",
        "direction": "OUT",
        "occurred_at": NOW,
        "body": "They will pay",
        "actor": make_user(),
        "at": NOW,
    } | fields
    return log_interaction(client=client, **given)  # type: ignore[arg-type]  # any of its fields


def test_an_entry_names_all_that_it_was_about() -> None:
    client, creditor = make_client(), make_creditor()
    first, second = (make_invoice(client, creditor) for _ in range(2))
    entry = call(client, about=first, links=[second, first])
    named = [(link.about_type, link.about_id) for link in entry.links.all()]
    assert named == [("payments.invoice", str(first.pk)), ("payments.invoice", str(second.pk))]
    assert (entry.about_type, entry.about_id) == named[0]


def test_what_came_of_it_is_linked_later_and_once() -> None:
    client = make_client()
    invoice = make_invoice(client, make_creditor())
    entry = call(client)
    for _ in range(2):
        link_interaction(interaction=entry, about=[invoice], actor=None, at=NOW)
    assert entry.links.get().about_id == str(invoice.pk)


def test_it_refuses_things_of_another_client() -> None:
    stranger = make_invoice(make_client(), make_creditor())
    with pytest.raises(UnableToLog, match="another client"):
        call(make_client(), links=[stranger])
    with pytest.raises(UnableToLog, match="another client"):
        link_interaction(interaction=call(make_client()), about=[stranger], actor=None, at=NOW)


def test_several_files_and_a_recording_with_its_consent() -> None:
    sound = kept(WAV, "call.wav")
    facts = RecordingFacts(sound, consent="GIVEN", jurisdiction="CN", note="At the beginning")
    entry = call(make_client(), documents=[kept(), kept(b"more")], recording=facts)
    files = list(entry.attachments.all())
    assert [file.document.mime for file in files] == ["text/plain", "text/plain", "audio/wav"]
    assert files[2].recording.consent == "GIVEN"
    assert not hasattr(files[0], "recording")


@pytest.mark.parametrize(
    ("file", "consent", "said"),
    [
        ((b"a note", "call.wav"), "GIVEN", "no recording"),
        ((WAV, "call.wav"), "", "knew that it was recorded"),
    ],
)
def test_a_recording_is_sound_and_says_whether_they_knew(
    file: tuple[bytes, str], consent: str, said: str
) -> None:
    with pytest.raises(UnableToLog, match=said):
        call(make_client(), recording=RecordingFacts(kept(*file), consent=consent))
    assert not Interaction.objects.exists()


def test_an_outcome_alone_says_enough_and_nothing_does_not() -> None:
    entry = call(make_client(), body="", outcome="NO_ANSWER")
    assert str(entry) == "No answer"
    with pytest.raises(UnableToLog):
        call(make_client(), body="  ")
    with pytest.raises(DatabaseError, match="says_something"), transaction.atomic():
        Interaction.objects.create(
            client=entry.client,
            kind="CALL",
            direction="OUT",
            occurred_at=NOW,
            recorded_at=timezone.now(),
        )


@pytest.mark.parametrize("model", [Interaction, InteractionLink, InteractionDocument, Recording])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_was_logged(model: type, act: str) -> None:
    client = make_client()
    facts = RecordingFacts(kept(WAV, "call.wav"), consent="TOLD")
    call(client, links=[make_invoice(client, make_creditor())], recording=facts)
    table = model._meta.db_table  # type: ignore[attr-defined]  # one of the models above
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="corrected by adding"), transaction.atomic():
            cursor.execute(act.format(table))
