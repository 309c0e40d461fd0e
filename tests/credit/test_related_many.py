"""Many clients compared at once, as after an import: each once, the same pairs, nothing lost."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from django.db import connection

from clients.models import Client
from clients.services import update_client
from credit.models import RelatedLook, RelatedPair
from credit.rules.related import CROWD
from credit.services import related
from credit.services.related import compare_all, compare_changed
from credit.states import RelatedState
from tests.factories import NOW, make_client

pytestmark = pytest.mark.django_db
S = RelatedState


def test_many_are_compared_once_each_and_like_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches of two the same pairs are found as in one, whoever comes first."""
    made = [
        make_client(legal_name=name, address=f"{number} Mill Lane, Leeds")
        for number, name in enumerate(
            ("Kestrel Freight Ltd", "Bluebird Catering", "Kestrel Freight GmbH", "Kestrel Fright")
        )
    ]
    made[3].address = made[0].address
    made[3].save(update_fields=["address"])
    for number in range(CROWD + 2):
        make_client(legal_name=f"Larch & Sons {'Ltd' if number % 2 else 'GmbH'}")
    looks: list[int] = []
    relate = related._relate

    def noted(client_ids: list[int], at: Any) -> None:
        looks.extend(client_ids)
        relate(client_ids, at)

    monkeypatch.setattr(related, "_relate", noted)
    monkeypatch.setattr(related, "BATCH", 2)
    assert compare_changed(at=NOW) > len(made) + CROWD + 2, "more notes than clients"
    assert sorted(looks) == sorted(Client.objects.values_list("pk", flat=True))
    assert not RelatedLook.objects.exists()
    pairs = set(RelatedPair.objects.filter(state=S.PROPOSED).values_list("left_id", "right_id"))
    # Quite the same name; an alike name only beside another sign; no crowd.
    assert pairs == {(made[0].pk, made[2].pk), (made[0].pk, made[3].pk)}
    before = list(RelatedPair.objects.order_by("pk").values("left", "right", "state", "signs"))
    monkeypatch.setattr(related, "BATCH", 500)
    compare_all(at=NOW)
    after = RelatedPair.objects.order_by("pk").values("left", "right", "state", "signs")
    assert list(after) == before


def test_a_change_while_many_are_compared_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    clients = [make_client(legal_name=f"{word} Works") for word in ("Otter", "Badger", "Heron")]
    write = related._write_batch

    def meanwhile(some: list[int], *, waits: bool) -> set[int]:
        answered = write(some, waits=waits)
        for client in clients[:2]:
            update_client(client=client, registration_number="REG-4711", actor=None, at=NOW)
        return answered

    monkeypatch.setattr(related, "_write_batch", meanwhile)
    monkeypatch.setattr(related, "BATCH", 2)
    compare_changed(at=NOW)
    pair = RelatedPair.objects.get()
    assert (pair.left, pair.right) == (clients[0], clients[1])
    assert [one["kind"] for one in pair.signs] == ["REGISTRATION"]


def test_comparing_is_left_to_whoever_is_at_it() -> None:
    one = make_client(legal_name="Kestrel Freight Ltd", registration_number="REG-1234")
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [related._COMPARING])
        assert compare_changed(at=NOW) == 0
        # Let go by name: a server ends a closed connection, and what it holds, a moment later.
        cursor.execute("SELECT pg_advisory_unlock(%s)", [related._COMPARING])
    assert RelatedLook.objects.filter(client_key=one.pk).exists()
    assert compare_changed(at=NOW) == 1
