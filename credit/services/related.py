"""Related clients: compared when they change, proposed by signs, decided by a person.

Each edge is a compare-and-swap UPDATE, a row of the history and acts in the records of both
clients, in one transaction. Nothing is confirmed by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from clients.models import Client
from clients.services import name_keys
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from credit.models import RelatedKey, RelatedLook, RelatedPair, RelatedTransition
from credit.rules.related import (
    LARGEST_GROUP,
    Sign,
    address_key,
    domain_key,
    name_rest,
    next_state,
    payer_key,
    person_key,
    phone_key,
    registration_key,
    total,
)
from credit.selectors.groups import groups_of
from credit.selectors.related import (
    collectors,
    kept,
    mail_providers,
    sign_from,
    signs_of,
    written_facts,
)
from credit.states import RELATED_TRANSITIONS, RelatedSign, RelatedState

S = RelatedState
#: Clients compared in one transaction.
BATCH: Final = 500
#: Shorter keys of names are like too many others.
_SHORTEST_NAME: Final = 4
# Advisory locks: one comparison at a time, one confirmation at a time.
_COMPARING, _CONFIRMING = 5_110_001, 5_110_002


class UnableToRelate(Refusal):
    """This step with a pair is not open, or says too little."""


# --- Compared ------------------------------------------------------------------------------------


def compare_changed(*, at: dt.datetime) -> int:
    """Compare every client that changed since the last time; how many notes there were of them.

    Leaves it to whoever is at it already: a large import takes longer than a minute.
    """
    return _compare_all_notes(at, waits=False)


def compare_all(*, at: dt.datetime) -> int:
    """Compare every client anew, as after a change of the rules."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO credit_relatedlook (client_key) SELECT id FROM clients_client")
    return _compare_all_notes(at, waits=True)


def _compare_all_notes(at: dt.datetime, *, waits: bool) -> int:
    """Each client once, however many notes there are of it.

    Of many, all keys are written before anybody is compared: what the first have in common with
    the last, and what is common to a crowd, is known from the beginning.
    """
    compared = 0
    while notes := list(RelatedLook.objects.order_by("pk").values_list("pk", "client_key")):
        clients = list(dict.fromkeys(client for _note, client in notes))
        some = [clients[place : place + BATCH] for place in range(0, len(clients), BATCH)]
        written: set[int] = set()
        if len(some) > 1:
            for one in some:
                written |= _write_batch(one, waits=waits)
        for one in some:
            taken = _compare_batch(one, written, at, waits=waits)
            if taken is None:
                return compared
            compared += taken
    return compared


@in_transaction
def _write_batch(clients: list[int], *, waits: bool) -> set[int]:
    """Write the keys of some clients; the notes that this has answered for them."""
    if not _may_compare(waits=waits):
        return set()
    notes = RelatedLook.objects.filter(client_key__in=clients).values_list("pk", flat=True)
    answered = set(notes)
    _write_keys(_there(clients))
    return answered


@in_transaction
def _compare_batch(
    clients: list[int], written: Collection[int], at: dt.datetime, *, waits: bool
) -> int | None:
    """Compare some clients and take their notes; those left meanwhile stay. None: not our turn."""
    if not _may_compare(waits=waits):
        return None
    notes = list(RelatedLook.objects.filter(client_key__in=clients).values_list("pk", "client_key"))
    _write_keys(_there({client for note, client in notes if note not in written}))
    _relate(_there({client for _note, client in notes}), at)
    RelatedLook.objects.filter(pk__in=[note for note, _client in notes]).delete()
    return len(notes)


def _may_compare(*, waits: bool) -> bool:
    if waits:
        _lock(_COMPARING)
        return True
    return _is_free(_COMPARING)


def _there(client_ids: Collection[int]) -> list[int]:
    """Those that exist; one may be gone before anybody looks."""
    found = Client.objects.filter(pk__in=client_ids).order_by("pk")
    return list(found.values_list("pk", flat=True))


@in_transaction
def compare_clients(*, client_ids: Collection[int], at: dt.datetime) -> None:
    """Write the keys of these clients anew, and propose or withdraw their pairs."""
    there = _there(client_ids)
    _write_keys(there)
    _relate(there, at)


def _relate(client_ids: list[int], at: dt.datetime) -> None:
    """Propose or withdraw the pairs of clients whose keys are written."""
    found = signs_of(client_ids)
    pairs = {
        (one.left_id, one.right_id): one
        for one in RelatedPair.objects.filter(
            left__in={a for a, _b in found}, right__in={b for _a, b in found}
        ).select_for_update(no_key=True)
    }
    for key in sorted(found):
        _settle(key, pairs.get(key), found[key], at)


def _lock(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _is_free(number: int) -> bool:
    """Whether nobody else had the lock; then it is ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _write_keys(client_ids: list[int]) -> None:
    """What is no more goes, what is new comes; what stays is not touched."""
    wanted = {(one.client_id, one.sign, one.key): one for one in _keys(client_ids)}
    gone = []
    for one in RelatedKey.objects.filter(client__in=client_ids):
        new = wanted.get((one.client_id, one.sign, one.key))
        if new is not None and (new.shown, new.is_own) == (one.shown, one.is_own):
            del wanted[one.client_id, one.sign, one.key]
        else:
            gone.append(one.pk)
    RelatedKey.objects.filter(pk__in=gone).delete()
    RelatedKey.objects.bulk_create(wanted[key] for key in sorted(wanted))


def _keys(client_ids: list[int]) -> list[RelatedKey]:
    """The keys of these clients, each once; a name that paid counts more than one's own."""
    rows: dict[tuple[int, str, str], RelatedKey] = {}
    written: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for client_id, sign, text in sorted(written_facts(client_ids)):
        written[sign].append((client_id, text))
    for client_id, text in written[RelatedSign.NAME]:
        _add(rows, client_id, RelatedSign.PAYER, payer_key(text, collectors()), text, is_own=True)
    for sign, facts in written.items():
        for client_id, text in facts:
            _add(rows, client_id, sign, key_of(sign, text), text)
    return list(rows.values())


def _add(
    rows: dict[tuple[int, str, str], RelatedKey],
    client_id: int,
    sign: str,
    key: str,
    text: str,
    *,
    is_own: bool = False,
) -> None:
    if key:
        rows[client_id, sign, key[:400]] = RelatedKey(
            client_id=client_id, sign=sign, key=key[:400], shown=text[:400], is_own=is_own
        )


def key_of(sign: str, text: str) -> str:
    """The key by which a fact is compared; names by how they sound."""
    if sign == RelatedSign.NAME:
        spelled = name_keys(name_rest(text))[0]
        return spelled if len(spelled) >= _SHORTEST_NAME else ""
    if sign == RelatedSign.MAIL_DOMAIN:
        return domain_key(text, mail_providers())
    if sign == RelatedSign.PAYER:
        return payer_key(text, collectors())
    keys = {
        RelatedSign.REGISTRATION: registration_key,
        RelatedSign.LEGAL_REPRESENTATIVE: person_key,
        RelatedSign.ADDRESS: address_key,
        RelatedSign.PHONE: phone_key,
    }
    return keys[RelatedSign(sign)](text)


def _settle(
    key: tuple[int, int], pair: RelatedPair | None, signs: list[Sign], at: dt.datetime
) -> None:
    """Write what a pair has in common now, and go where that leads."""
    state = RelatedState(pair.state) if pair else None
    known = {(kind, one) for kind, one in pair.known} if pair else set()
    to = next_state(state, signs, known)
    stored = [kept(one) for one in signs]
    if pair is None:
        if to is None:
            return
        pair = RelatedPair.objects.create(
            left_id=key[0], right_id=key[1], state=to, signs=stored, points=total(signs),
            found_at=at,
        )  # fmt: skip
        _note(pair, "", to, at)
        return
    if to is None and pair.signs == stored:
        return
    changes: dict[str, Any] = {"signs": stored, "points": total(signs), "state": to or pair.state}
    RelatedPair.objects.filter(pk=pair.pk, state=pair.state).update(**changes)
    if to is not None:
        pair.signs = stored
        _note(pair, pair.state, to, at)


# --- Decided -------------------------------------------------------------------------------------


@in_transaction
def confirm_pair(*, pair: RelatedPair, reason: str, actor: User, at: dt.datetime) -> RelatedPair:
    """Say that two clients belong together: from now on they are one risk.

    Raises UnableToRelate without a reason, from a state that does not lead there, and for a
    group that would grow too large.
    """
    _lock(_CONFIRMING)
    groups = groups_of([pair.left_id, pair.right_id])
    together = set(groups[pair.left_id]) | set(groups[pair.right_id])
    if len(together) > LARGEST_GROUP:
        raise UnableToRelate(
            _("A group holds %(most)s clients at most; this one would hold %(count)s. Dismiss "
              "pairs in it that are not sure.")
            % {"most": LARGEST_GROUP, "count": len(together)}
        )  # fmt: skip
    return _decide(pair, S.CONFIRMED, reason, actor, at)


@in_transaction
def dismiss_pair(*, pair: RelatedPair, reason: str, actor: User, at: dt.datetime) -> RelatedPair:
    """Say that two clients are not related; only a sign that is new brings the pair back.

    Raises UnableToRelate without a reason, and from a state that does not lead there.
    """
    return _decide(pair, S.DISMISSED, reason, actor, at)


def _decide(
    pair: RelatedPair, to: RelatedState, reason: str, actor: User, at: dt.datetime
) -> RelatedPair:
    reason = " ".join(reason.split())
    if not reason:
        raise UnableToRelate(_("Give a reason: others will read it."), field="reason")
    row = (
        RelatedPair.objects.select_for_update(no_key=True, of=("self",))
        .select_related("left", "right")
        .get(pk=pair.pk)
    )
    before = RelatedState(row.state)
    if to == S.DISMISSED and actor.pk in {row.left.owner_id, row.right.owner_id}:
        raise UnableToRelate(_("One of them is your own client: somebody else dismisses this."))
    if to not in RELATED_TRANSITIONS[before]:
        raise UnableToRelate(
            _("It stands at “%(state)s” now: look at it again.") % {"state": before.label}
        )
    row.state, row.reason, row.decided_at, row.decided_by = to, reason[:300], at, actor
    if to == S.DISMISSED:
        seen = {(kind, key) for kind, key in row.known}
        seen |= {sign_from(one).identity for one in row.signs}
        row.known = [list(one) for one in sorted(seen)]
    row.save(update_fields=["state", "reason", "decided_at", "decided_by", "known"])
    _note(row, before, to, at, actor)
    return row


def _note(
    pair: RelatedPair, before: str, to: RelatedState, at: dt.datetime, actor: User | None = None
) -> None:
    """The row of the history, and the act in the records of both clients."""
    why = pair.reason if actor else ""
    RelatedTransition.objects.create(
        pair=pair, from_state=before, to_state=to, signs=pair.signs, at=at, actor=actor, reason=why
    )
    kinds = sorted({one["kind"] for one in pair.signs})
    for client_id, other in ((pair.left_id, pair.right_id), (pair.right_id, pair.left_id)):
        audit.record(
            action="credit.relate",
            actor=actor,
            at=at,
            subject=pair,
            stream=f"client:{client_id}",
            payload={"other": other, "state": to, "signs": kinds, "reason": why},
        )
