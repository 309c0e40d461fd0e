"""Related clients: compared when they change, proposed, decided, and what follows from it."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clients.models import Client
from clients.services import set_hold, update_client
from clients.states import ContactRole
from contracts.models import ServiceType
from contracts.rules.completeness import GapCode
from contracts.selectors.completeness import contract_gaps
from core.models import AuditEvent, User
from core.states import Role
from credit.models import RelatedKey, RelatedLook, RelatedPair, RelatedTransition
from credit.rules.related import CROWD
from credit.selectors.exposure import credit_check
from credit.selectors.groups import group_of, groups_of
from credit.selectors.related import (
    ALIKE_SQL,
    BLOCKED_SQL,
    SAME_SQL,
    TWINS_SQL,
    blocked_relatives,
)
from credit.services import related
from credit.services.related import (
    UnableToRelate,
    compare_all,
    compare_changed,
    compare_clients,
    confirm_pair,
    dismiss_pair,
)
from credit.states import RelatedSign, RelatedState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    signed_in,
)
from tests.payments.prepaid import make_contract

pytestmark = pytest.mark.django_db
S, K = RelatedState, RelatedSign


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER)


def pair_of(one: Client, other: Client) -> RelatedPair | None:
    compare_changed(at=NOW)
    left, right = sorted((one.pk, other.pk))
    return RelatedPair.objects.filter(left=left, right=right).first()


def made_pair(number: str = "REG-1234", **fields: Any) -> tuple[Client, Client, RelatedPair]:
    """Two clients with one registration number, found by comparing."""
    one = make_client(legal_name="Kestrel Freight Ltd", registration_number=number, **fields)
    other = make_client(legal_name="Bluebird Catering GmbH", registration_number=number)
    pair = pair_of(one, other)
    assert pair is not None
    return one, other, pair


def kinds(pair: RelatedPair) -> set[str]:
    return {one["kind"] for one in pair.signs}


# --- Compared ------------------------------------------------------------------------------------


def test_each_sign_is_found_from_what_is_on_record() -> None:
    creditor = make_creditor()
    one = make_client(
        legal_name="上海远东贸易有限公司",
        registration_number="91310000TEST0001X",
        legal_representative="欧阳 修文",
        address="上海市浦东新区世纪大道100号",
    )
    other = make_client(
        legal_name="上海远东实业有限公司",
        registration_number="9131 0000 test 0001x",
        address="上海浦东世纪大道１００号",
    )
    make_contact(one, phone="+86 21 6888 8888", email="a@yuandong.example")
    make_contact(
        other,
        name="欧阳修文",
        role=ContactRole.LEGAL_REPRESENTATIVE,
        phone="021-68888888 转 8",
        email="b@YUANDONG.example",
    )
    make_receipt(one, creditor, payer_name="远洋控股有限公司")
    make_receipt(other, creditor, payer_name="远洋控股 有限公司")
    pair = pair_of(one, other)
    assert pair is not None
    assert kinds(pair) == {kind.value for kind in K}
    assert (pair.points, pair.state) == (100, S.PROPOSED)
    (mail,) = [sign for sign in pair.signs if sign["kind"] == K.MAIL_DOMAIN]
    assert (mail["left"], mail["right"]) == ("a@yuandong.example", "b@YUANDONG.example")
    assert not RelatedLook.objects.exists()
    act = AuditEvent.objects.filter(action="credit.relate", stream__name=f"client:{other.pk}")
    assert act.count() == 1


def test_one_who_pays_for_the_other_is_a_sign_and_two_own_names_are_not() -> None:
    creditor = make_creditor()
    payer, paid = make_client(legal_name="Heron Estates Ltd"), make_client(legal_name="Ox Foods")
    make_receipt(paid, creditor, payer_name="HERON ESTATES LTD.")
    pair = pair_of(payer, paid)
    assert pair is not None
    assert kinds(pair) == {K.PAYER}
    twin = make_client(legal_name="Heron Estates Ltd")
    found = pair_of(payer, twin)
    assert found is not None
    assert kinds(found) == {K.NAME}


def test_public_mailboxes_collectors_and_what_a_crowd_shares_say_nothing() -> None:
    creditor = make_creditor()
    some = [make_client(legal_name=name) for name in ("Zebra Labs", "Quince Farms")]
    for client in some:
        make_contact(client, email=f"c{client.pk}@gmail.com")
        make_receipt(client, creditor, payer_name="Alipay")
    assert pair_of(*some) is None
    words = "Aspen Birch Cedar Douglas Elm Fir Ginkgo Hazel Ivy Juniper Kapok Larch".split()  # noqa: SIM905
    crowd = [make_client(legal_name=f"{word} {word[::-1]}") for word in words[: CROWD + 1]]
    for client in crowd:
        make_contact(client, phone="+49 30 1234567", email="")
    assert pair_of(crowd[0], crowd[1]) is not None, "eleven share it: ten others"
    last = make_client(legal_name=f"{words[-1]} Zuza")
    make_contact(last, phone="030 1234567", email="")
    compare_all(at=NOW)
    pair = pair_of(crowd[0], crowd[1])
    assert pair is not None
    assert pair.state == S.WITHDRAWN


def test_a_change_is_compared_anew_and_what_is_gone_is_withdrawn() -> None:
    one, other, pair = made_pair()
    update_client(client=other, registration_number="REG-9999", actor=None, at=NOW)
    assert RelatedLook.objects.filter(client_key=other.pk).exists()
    compare_changed(at=NOW)
    pair.refresh_from_db()
    assert (pair.state, pair.signs, pair.points) == (S.WITHDRAWN, [], 0)
    contact = make_contact(one, phone="+44 20 7946 0018")
    make_contact(other, phone="020 7946 0018")
    compare_changed(at=NOW)
    pair.refresh_from_db()
    assert (pair.state, kinds(pair) >= {K.PHONE}) == (S.PROPOSED, True)
    contact.delete()
    compare_changed(at=NOW)
    assert not RelatedKey.objects.filter(client=one, sign=K.PHONE).exists()


def test_what_is_not_compared_and_a_payer_that_is_known_leave_no_note() -> None:
    creditor, client = make_creditor(), make_client()
    make_receipt(client, creditor, payer_name="Somebody Ltd")
    compare_changed(at=NOW)
    make_receipt(client, creditor, payer_name="Somebody Ltd")
    make_receipt(client, creditor, payer_name="")
    update_client(client=client, notes="Nice people.", actor=None, at=NOW)
    set_hold(client=client, reason="Late.", actor=None, at=NOW)
    assert not RelatedLook.objects.exists()
    make_receipt(client, creditor, payer_name="Somebody Else")
    assert RelatedLook.objects.count() == 1


def test_comparing_twice_changes_nothing() -> None:
    _one, _other, pair = made_pair()
    before = list(RelatedKey.objects.values_list("pk", flat=True))
    compare_all(at=NOW)
    assert list(RelatedKey.objects.values_list("pk", flat=True)) == before
    assert RelatedTransition.objects.filter(pair=pair).count() == 1


def test_one_client_costs_the_same_queries_and_only_indexes_however_many_there_are() -> None:
    one, _other, _pair = made_pair()
    few = count_queries(lambda: compare_clients(client_ids=[one.pk], at=NOW))
    Client.objects.bulk_create(
        Client(code=f"B{n}", legal_name=f"Bulk {n}", created_at=NOW) for n in range(2000)
    )
    RelatedKey.objects.bulk_create(
        RelatedKey(
            client=client, sign=kind, key=f"{client.pk:x}{kind}{client.pk * 7919}", shown="x"
        )
        for client in Client.objects.filter(code__startswith="B")
        for kind in (K.PHONE, K.NAME)
    )
    assert count_queries(lambda: compare_clients(client_ids=[one.pk], at=NOW)) == few
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE credit_relatedkey")
        # The test's table is small enough to be read whole; a ledger's is not.
        cursor.execute("SET LOCAL enable_seqscan = off")
        values: dict[str, Any] = {"ids": [one.pk], "most": CROWD + 1}
        for sql, index in (
            (SAME_SQL, "related_key_same"),
            (TWINS_SQL, "related_key_twin"),
            (ALIKE_SQL, "related_key_alike"),
        ):
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
            plan = json.dumps(cursor.fetchone()[0])
            assert index in plan
            assert "Seq Scan" not in plan


# --- Decided -------------------------------------------------------------------------------------


def test_a_decision_needs_a_reason_and_is_kept_with_who_and_what_was_seen(manager: User) -> None:
    _one, _other, pair = made_pair()
    with pytest.raises(UnableToRelate):
        confirm_pair(pair=pair, reason="  ", actor=manager, at=NOW)
    confirm_pair(pair=pair, reason="Same director.", actor=manager, at=NOW)
    last = RelatedTransition.objects.filter(pair=pair).latest("pk")
    assert (last.to_state, last.actor, last.reason) == (S.CONFIRMED, manager, "Same director.")
    assert last.signs == pair.signs
    with pytest.raises(UnableToRelate):
        confirm_pair(pair=pair, reason="Again.", actor=manager, at=NOW)


def test_a_dismissed_pair_comes_back_only_with_a_sign_that_is_new(manager: User) -> None:
    one, other, pair = made_pair()
    dismiss_pair(pair=pair, reason="Old number, typed wrong.", actor=manager, at=NOW)
    compare_all(at=NOW)
    pair.refresh_from_db()
    assert pair.state == S.DISMISSED
    make_contact(one, email="a@kestrel.example")
    make_contact(other, email="b@kestrel.example")
    compare_changed(at=NOW)
    pair.refresh_from_db()
    assert pair.state == S.PROPOSED
    dismiss_pair(pair=pair, reason="Shared mail host.", actor=manager, at=NOW)
    compare_all(at=NOW)
    pair.refresh_from_db()
    assert pair.state == S.DISMISSED


def test_who_owns_a_client_does_not_dismiss_its_relatives(manager: User) -> None:
    _one, _other, pair = made_pair(owner=manager)
    with pytest.raises(UnableToRelate):
        dismiss_pair(pair=pair, reason="No.", actor=manager, at=NOW)
    confirm_pair(pair=pair, reason="Yes.", actor=manager, at=NOW)


def test_the_database_refuses_another_edge_other_sides_and_rewritten_history() -> None:
    one, _other, pair = made_pair()
    third = make_client(registration_number="X-777777")
    row = RelatedPair.objects.filter(pk=pair.pk)
    history = RelatedTransition.objects.filter(pair=pair)
    for act in (
        lambda: row.update(state=S.CONFIRMED),  # without reason and name
        lambda: row.update(right=third),
        row.delete,
        lambda: history.update(reason="x"),
        history.delete,
        lambda: RelatedPair.objects.create(
            left=third, right=one, state=S.PROPOSED, points=1, found_at=NOW
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    row.update(state=S.WITHDRAWN)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(state=S.DISMISSED, reason="x", decided_at=NOW, decided_by=make_user())


# --- Groups --------------------------------------------------------------------------------------


def linked(one: Client, other: Client, actor: User, state: str = S.CONFIRMED) -> RelatedPair:
    left, right = sorted((one.pk, other.pk))
    return RelatedPair.objects.create(
        left_id=left, right_id=right, state=state, points=60, found_at=NOW, decided_at=NOW,
        decided_by=actor, reason="Known.",
    )  # fmt: skip


def test_a_group_is_all_that_confirmed_pairs_connect(manager: User) -> None:
    a, b, c, d, e = (make_client() for _ in range(5))
    linked(a, b, manager)
    linked(c, b, manager)
    linked(a, c, manager)  # a circle ends too
    linked(c, d, manager, S.DISMISSED)
    linked(a, e, manager, S.PROPOSED)
    whole = tuple(sorted((a.pk, b.pk, c.pk)))
    assert [group_of(one.pk) for one in (a, b, c)] == [whole] * 3
    assert group_of(d.pk) == (d.pk,)
    everyone = [one.pk for one in (a, b, c, d, e)]
    assert groups_of(everyone)[e.pk] == (e.pk,)
    assert count_queries(lambda: groups_of(everyone)) == 1
    assert groups_of([]) == {}


def test_a_group_grows_no_larger_than_its_bound(manager: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(related, "LARGEST_GROUP", 2)
    one, other, pair = made_pair()
    third = make_client()
    linked(other, third, manager)
    with pytest.raises(UnableToRelate, match="2 clients at most"):
        confirm_pair(pair=pair, reason="Same.", actor=manager, at=NOW)
    assert group_of(one.pk) == (one.pk,)


def test_a_confirmed_pair_is_one_exposure(manager: User) -> None:
    creditor = make_creditor()
    one, other, pair = made_pair()
    make_invoice(one, creditor, "800.00")
    make_invoice(other, creditor, "300.00")
    assert credit_check(one.pk).group is None
    confirm_pair(pair=pair, reason="Same.", actor=manager, at=NOW)
    group = credit_check(one.pk).group
    assert group is not None
    assert group.used.amount == 1100
    dismiss_pair(pair=pair, reason="Sold.", actor=manager, at=NOW)
    assert credit_check(one.pk).group is None


# --- The warning ---------------------------------------------------------------------------------


def test_a_contract_with_a_relative_of_a_blocked_debtor_is_warned_of(manager: User) -> None:
    contract = make_contract(creditor=make_creditor())
    client = contract.client
    update_client(client=client, registration_number="REG-1234", actor=None, at=NOW)
    debtor = make_client(legal_name="Gone Away Ltd", registration_number="REG-1234")
    pair = pair_of(client, debtor)
    assert pair is not None

    def warned() -> list[str]:
        type(contract).objects.filter(pk=contract.pk).update(state="DRAFT")
        contract.refresh_from_db()
        found = contract_gaps(contract, TODAY)
        return [one.sentence for one in found if one.gap.code == GapCode.RELATED_BLOCKED]

    assert warned() == []
    set_hold(client=debtor, reason="Never paid.", actor=None, at=NOW)
    (sentence,) = warned()
    assert "may belong" in sentence
    assert "Gone Away Ltd" in sentence
    assert "(same registration number)" in sentence
    confirm_pair(pair=pair, reason="Same owner.", actor=manager, at=NOW)
    (sentence,) = warned()
    assert "belongs to" in sentence
    dismiss_pair(pair=pair, reason="Typed wrong.", actor=manager, at=NOW)
    assert warned() == []
    type(contract).objects.filter(pk=contract.pk).update(state="ACTIVE")


def test_the_warning_reaches_through_a_group_and_asks_once(manager: User) -> None:
    a, b, c = (make_client() for _ in range(3))
    linked(a, b, manager)
    linked(b, c, manager)
    Client.objects.filter(pk=c.pk).update(grade="E")
    (far,) = blocked_relatives([a.pk, b.pk])[a.pk]
    assert (far.client_id, far.is_confirmed, far.pair_id, far.url) == (c.pk, True, None, "")
    assert count_queries(lambda: blocked_relatives([a.pk, b.pk, c.pk])) == 1
    # Pairs as a ledger has them: which index is the quickest on three rows is chance.
    many = [make_client() for _ in range(60)]
    RelatedPair.objects.bulk_create(
        RelatedPair(left=one, right=other, state=S.PROPOSED, points=60, found_at=NOW)
        for one, other in combinations(many, 2)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE credit_relatedpair")
        cursor.execute("SET LOCAL enable_seqscan = off")  # the test's tables are too small for one
        cursor.execute(f"EXPLAIN {BLOCKED_SQL}", {"ids": [a.pk]})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "related_pair_once" in plan
    assert "Seq Scan on credit" not in plan


# --- Pages ---------------------------------------------------------------------------------------


def secret_pair() -> tuple[User, Client, Client, RelatedPair]:
    """One side belongs to a salesperson, the other to a colleague."""
    owner, colleague = make_user(Role.SALES), make_user(Role.SALES)
    mine = make_client(
        legal_name="Mine Ltd", code="MINE", owner=owner, address="Kings Road 5, Hull"
    )
    theirs = make_client(
        legal_name="Theirs Ltd", code="SECRET", owner=colleague, address="5 King's Rd., Hull"
    )
    make_contact(mine, phone="+44 20 7946 0018", email="")
    make_contact(theirs, phone="(020) 7946-0018 ext 77", email="")
    set_hold(client=theirs, reason="Hush.", actor=None, at=NOW)
    pair = pair_of(mine, theirs)
    assert pair is not None
    return owner, mine, theirs, pair


def test_sales_see_of_anothers_client_its_name_and_decide_nothing() -> None:
    owner, mine, theirs, pair = secret_pair()
    browser = signed_in(owner)
    pages = [
        browser.get(reverse("credit:related")),
        browser.get(reverse("credit:related_pair", args=[pair.pk])),
        browser.get(reverse("clients:client", args=[mine.pk])),
        browser.get(reverse("contracts:new") + f"?client={mine.pk}"),
    ]
    service = ServiceType.objects.create(code="svc-related", name="Training", name_zh="培训")
    template = browser.get(reverse("contracts:draft"), {"client": mine.pk, "service": service.pk})
    # Choosing another client renews this part of the page.
    assert "Theirs Ltd" in template.content.decode().partition('id="dw-offer"')[2]
    step = reverse("credit:related_step", args=[pair.pk, "dismiss"])
    for page in [*pages, template]:
        html = page.content.decode()
        assert "Theirs Ltd" in html
        for secret in ("SECRET", "ext 77", "Hush", reverse("clients:client", args=[theirs.pk])):
            assert secret not in html
        assert step not in html
    assert browser.get(step).status_code == 404
    assert browser.post(step, {"reason": "x"}).status_code == 404
    pair.refresh_from_db()
    assert pair.state == S.PROPOSED
    # Asking for the pairs of a client that is not one's own tells nothing.
    found = browser.get(reverse("credit:related") + f"?client={theirs.pk}&state=all")
    assert "Mine Ltd" not in found.content.decode()
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(reverse("credit:related_pair", args=[pair.pk])).status_code == 404
    assert "Theirs Ltd" not in stranger.get(reverse("credit:related")).content.decode()


def test_the_figures_of_a_group_are_for_those_who_see_all_of_it(manager: User) -> None:
    owner, mine, theirs, pair = secret_pair()
    make_invoice(theirs, make_creditor(), "98765.00")
    confirm_pair(pair=pair, reason="Same phone.", actor=manager, at=NOW)
    for route in ("clients:client", "clients:standing"):
        url = reverse(route, args=[mine.pk])
        assert "98,765" not in signed_in(owner).get(url).content.decode()
        assert "98,765" in signed_in(manager).get(url).content.decode()


def test_a_screening_shows_whom_the_client_may_belong_to(manager: User) -> None:
    one, other, pair = made_pair()
    alone = make_client(legal_name="Wombat Ovens Inc")
    set_hold(client=other, reason="Never paid.", actor=None, at=NOW)
    browser = signed_in(manager)
    begin = reverse("credit:screening_start", args=[one.pk])
    address = reverse("credit:related_pair", args=[pair.pk])
    assert address in browser.get(begin).content.decode()
    for client in (one, alone):
        browser.post(reverse("credit:screening_start", args=[client.pk]))
    pages = {
        client.pk: browser.get(
            reverse("credit:screening", args=[client.screenings.get().pk])
        ).content.decode()
        for client in (one, alone)
    }
    assert address in pages[one.pk]
    assert "May belong to a blocked debtor: Bluebird Catering GmbH" in pages[one.pk]
    assert "No other client has enough in common with it." in pages[alone.pk]


def test_two_clicks_decide(manager: User) -> None:
    one, _other, pair = made_pair()
    browser = signed_in(manager)
    card = browser.get(reverse("clients:client", args=[one.pk])).content.decode()
    step = reverse("credit:related_step", args=[pair.pk, "confirm"])
    assert step in card
    assert browser.post(step, {"reason": ""}).status_code == 200
    done = browser.post(step, {"reason": "One owner."})
    assert done.status_code == 302
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (S.CONFIRMED, manager)


def test_the_list_filters_pages_and_costs_the_same_for_many(manager: User) -> None:
    one, other, pair = made_pair()
    browser, url = signed_in(manager), reverse("credit:related")
    browser.get(url)
    few = count_queries(lambda: browser.get(url))
    for n in range(60):
        row = linked(one, make_client(legal_name=f"Relative {n:02d}"), manager, S.PROPOSED)
        RelatedPair.objects.filter(pk=row.pk).update(signs=[{**pair.signs[0], "kind": K.PHONE}])
    assert count_queries(lambda: browser.get(url)) == few
    first = browser.get(url).content.decode()
    assert other.legal_name in first
    assert "after=" in first
    phones = browser.get(url + "?sign=PHONE").content.decode()
    assert "Relative 59" in phones
    assert other.legal_name not in phones
    assert other.legal_name not in browser.get(url + "?state=CONFIRMED").content.decode()
