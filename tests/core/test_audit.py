"""The audit chain: whole, per stream, and honest about what it can show."""

import json

import pytest
from django.db import IntegrityError, transaction

from core import audit
from core.models import AuditEvent, AuditStream
from tests.factories import NOW, count_queries, make_user

pytestmark = pytest.mark.django_db


def test_each_stream_counts_for_itself() -> None:
    for stream in ("a", "b", "a"):
        audit.record(action="test.act", actor=None, at=NOW, stream=stream)
    assert list(AuditEvent.objects.order_by("pk").values_list("stream", "seq")) == [
        ("a", 1),
        ("b", 1),
        ("a", 2),
    ]
    assert not list(audit.chain_breaks())


def test_a_value_without_a_canonical_form_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(TypeError), transaction.atomic():
        audit.record(action="test.act", actor=None, at=NOW, payload={"x": object()})
    assert not AuditEvent.objects.exists()


def test_the_payload_is_canonical() -> None:
    event = audit.record(action="test.act", actor=make_user(), at=NOW, payload={"b": 1, "a": "中"})
    assert '"data":{"a":"中","b":1}' in event.payload


def test_an_act_is_one_statement_and_hashed_as_its_canonical_json() -> None:
    def act() -> None:
        audit.record(action="test.act", actor=None, at=NOW, payload={"sum": 1, "name": "账安\n"})

    # One statement, between the two that make the transaction of this test's own call.
    assert count_queries(act) <= 3
    act()
    first, second = AuditEvent.objects.order_by("seq")
    for event in (first, second):
        assert event.payload == audit.canonical_json(json.loads(event.payload))
        assert event.hash == audit.chain_hash(event.prev_hash, event.payload)
    assert (first.prev_hash, second.prev_hash) == (audit.GENESIS, first.hash)
    assert json.loads(second.payload)["seq"] == 2
    head = AuditStream.objects.get()
    assert (head.head_seq, head.head_hash) == (2, second.hash)


def test_a_cut_tail_shows_against_the_head_of_the_stream() -> None:
    audit.record(action="test.act", actor=None, at=NOW)
    AuditStream.objects.update(head_seq=2)
    assert [b.problem for b in audit.chain_breaks()] == [
        "the stream's head does not match its last row"
    ]


def test_events_cannot_be_changed() -> None:
    event = audit.record(action="test.act", actor=None, at=NOW)
    event.action = "test.other"
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()
