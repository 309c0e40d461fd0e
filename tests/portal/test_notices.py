"""Policy notices: in versions, attached to contracts, read by link, once, in the newest version."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from cases.letters.exhibits import ExhibitWriter
from cases.selectors import evidence_of
from clients.models import Client, Creditor
from contracts.models import Contract, ContractNotice
from contracts.services import create_contract
from contracts.services.notices import UnableToAttach, attach_notice
from core.dates import day_in, now
from core.models import User
from core.states import Role
from interactions.models import Interaction, NoticeAcknowledgement, NoticeVersion, PolicyNotice
from interactions.selectors.notices import notice_hashes, version_in_force
from interactions.services.notices import UnableToNotify, create_notice, publish_notice
from portal.models import PortalLink
from portal.selectors.notices import not_seen
from portal.services import Issued, UnableToIssueLink, issue_notice
from tests.factories import count_queries, make_client, make_creditor, make_user, signed_in
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return day_in(now(), "Asia/Shanghai")


@pytest.fixture
def notice() -> PolicyNotice:
    return PolicyNotice.objects.get(kind="PAYMENT", creditor=None)


@pytest.fixture
def version(notice: PolicyNotice) -> NoticeVersion:
    return notice.versions.get()


def words(text: str = "New words") -> dict[str, str]:
    return {"title": "Payment", "title_zh": "付款", "text": text, "text_zh": "新的内容"}


def newer(notice: PolicyNotice, **changed: Any) -> NoticeVersion:
    given: dict[str, Any] = {"words": words(), "active_from": today(), "actor": None, "at": now()}
    return publish_notice(notice=notice, **{**given, **changed})


def ask(version: NoticeVersion, client: Client, creditor: Creditor, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "language": "en",
        "contact": client.contacts.first(),
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": client.owner,
        "at": now(),
    }
    return issue_notice(version=version, client=client, creditor=creditor, **{**given, **changed})


def says(**changed: str) -> dict[str, str]:
    given = {"has_read": "on", "name": "Wang Fang", "key": uuid.uuid4().hex}
    return {**given, **changed}


def test_three_notices_are_shipped_in_both_languages_and_their_hashes_hold() -> None:
    rows = list(NoticeVersion.objects.filter(notice__creditor=None).select_related("notice"))
    assert {one.notice.kind for one in rows} == {"PAYMENT", "RETURNS", "SERVICE"}
    for one in rows:
        assert one.text.count("\n") == one.text_zh.count("\n")
        assert len(one.text_zh) > 200
    assert not list(notice_hashes())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_client_reads_the_exact_words_and_says_so_once(
    phone: Browser, version: NoticeVersion, client: Client, creditor: Creditor, language: str
) -> None:
    issued = ask(version, client, creditor, language=language)
    url = opened(phone, issued)
    page = phone.get(url).content.decode()
    assert version.title_in(language) in page
    assert version.text_in(language).splitlines()[2][:40] in page
    assert version.text_in(language) in issued.link.text
    assert phone.post(url, {**says(), "has_read": ""}).status_code == 200
    assert not NoticeAcknowledgement.objects.exists()
    fields = says()
    assert phone.post(url, fields).status_code == 302
    assert phone.post(url, fields).status_code in {200, 302, 410}
    row = NoticeAcknowledgement.objects.get()
    assert (row.client, row.version, row.name) == (client, version, "Wang Fang")
    assert (row.address, row.text_sha256) == ("127.0.0.1", issued.link.text_sha256)
    assert Interaction.objects.get().body.endswith(issued.link.text)
    assert phone.post(url, says()).status_code == 410
    with pytest.raises(DatabaseError), transaction.atomic():
        NoticeAcknowledgement.objects.update(name="Somebody else")


def test_a_get_writes_nothing(
    phone: Browser, version: NoticeVersion, client: Client, creditor: Creditor
) -> None:
    url = opened(phone, ask(version, client, creditor))
    before = PortalLink.objects.values().get()
    phone.get(url)
    assert PortalLink.objects.values().get() == before
    assert not NoticeAcknowledgement.objects.exists()


def test_a_newer_version_closes_older_links_and_only_it_is_sent(
    phone: Browser,
    notice: PolicyNotice,
    version: NoticeVersion,
    client: Client,
    creditor: Creditor,
) -> None:
    url = opened(phone, ask(version, client, creditor))
    second = newer(notice)
    assert second.number == 2
    assert phone.get(url).status_code == 410
    assert phone.post(url, says()).status_code == 410
    assert not NoticeAcknowledgement.objects.exists()
    with pytest.raises(UnableToIssueLink):
        ask(version, client, creditor)
    again = opened(phone, ask(second, client, creditor))
    assert phone.post(again, says()).status_code == 302
    assert NoticeAcknowledgement.objects.get().version == second


def test_who_read_an_older_version_is_shown_until_the_newer_is_read(
    phone: Browser,
    notice: PolicyNotice,
    version: NoticeVersion,
    client: Client,
    creditor: Creditor,
    owner: User,
) -> None:
    phone.post(opened(phone, ask(version, client, creditor)), says())
    assert not not_seen(version, owner)
    second = newer(notice)
    assert list(not_seen(second, owner)) == [client]
    assert not not_seen(second, make_user(Role.SALES))
    web = signed_in(owner)
    register = web.get(reverse("portal:notice_register", args=[second.pk]))
    assert register.context["missing"] == [client]
    page = web.get(reverse("clients:client", args=[client.pk])).content.decode()
    assert "has read version 1" in page
    phone.post(opened(phone, ask(second, client, creditor)), says())
    assert not not_seen(second, owner)
    rows = web.get(reverse("portal:notice_register", args=[second.pk])).context["rows"]
    assert [(one["name"], bool(one["opened"])) for one in rows] == [("Wang Fang", True)]


def test_versions_are_in_both_languages_in_order_and_never_change(
    notice: PolicyNotice, version: NoticeVersion
) -> None:
    with pytest.raises(UnableToNotify):
        newer(notice, words={**words(), "text_zh": " "})
    with pytest.raises(UnableToNotify):
        newer(notice, active_from=version.active_from - DAY)
    later = newer(notice, active_from=today() + 9 * DAY)
    assert newer(notice, active_from=today() + 9 * DAY) == later
    assert version_in_force(notice, today()) == version
    assert version_in_force(notice, today() + 9 * DAY) == later
    assert version_in_force(notice, version.active_from - DAY) is None
    for statement in (
        lambda: NoticeVersion.objects.filter(pk=later.pk).update(text="x"),
        lambda: NoticeVersion.objects.filter(pk=later.pk).delete(),
        lambda: PolicyNotice.objects.filter(pk=notice.pk).update(kind="SERVICE"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            statement()


def test_a_creditor_has_one_of_a_kind_and_it_is_for_its_clients_only(
    client: Client, creditor: Creditor
) -> None:
    given: dict[str, Any] = {"kind": "PAYMENT", "words": words(), "active_from": today()}
    own = create_notice(creditor=make_creditor(), **given, actor=None, at=now())
    for same in (own.notice.creditor, None):
        with pytest.raises(UnableToNotify):
            create_notice(creditor=same, **given, actor=None, at=now())
    with pytest.raises(UnableToIssueLink):
        ask(own, client, creditor)


def contract_of(client: Client, creditor: Creditor) -> Contract:
    return create_contract(
        creditor=creditor, client=client, number="K-1", currency="CNY", actor=None, at=now()
    )


def test_a_contract_has_the_version_in_force_when_it_was_attached(
    notice: PolicyNotice, version: NoticeVersion, client: Client, creditor: Creditor, owner: User
) -> None:
    contract = contract_of(client, creditor)
    given: dict[str, Any] = {"notice": notice, "on": today(), "actor": owner, "at": now()}
    for _twice in range(2):
        assert attach_notice(contract=contract, **given).version == version
    assert ContractNotice.objects.count() == 1
    newer(notice)
    page = signed_in(owner).get(reverse("contracts:contract", args=[contract.pk]))
    assert version.title in page.content.decode()
    assert "There is a newer version." in page.content.decode()
    with pytest.raises(UnableToAttach):
        attach_notice(contract=contract, **{**given, "on": version.active_from - DAY})
    foreign = create_notice(
        kind="PAYMENT",
        creditor=make_creditor(),
        words=words(),
        active_from=today(),
        actor=None,
        at=now(),
    )
    with pytest.raises(UnableToAttach):
        attach_notice(contract=contract, **{**given, "notice": foreign.notice})
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractNotice.objects.all().delete()


def test_evidence_has_what_was_read_word_by_word(
    phone: Browser, version: NoticeVersion, client: Client, creditor: Creditor
) -> None:
    issued = ask(version, client, creditor, language="zh-hans")
    phone.post(opened(phone, issued), says())
    evidence = evidence_of(client=client, creditor=creditor, as_of_on=today())
    exhibit = ExhibitWriter(evidence, "zh-hans").notices()
    assert exhibit.title == "已确认阅读的政策告知"
    (section,) = exhibit.sections
    assert issued.link.text_sha256 in [one.value for one in section.facts]
    assert version.text_zh.splitlines()[0] in "\n".join(section.paragraphs)
    before = evidence_of(client=client, creditor=creditor, as_of_on=today() - DAY)
    assert not before.acknowledgements


# --- Pages of the staff --------------------------------------------------------------------------


def test_a_person_sends_it_attaches_it_and_managers_publish(
    notice: PolicyNotice, version: NoticeVersion, client: Client, creditor: Creditor, owner: User
) -> None:
    web, manager = signed_in(owner), signed_in(make_user(Role.MANAGER))
    new = reverse("portal:notice_new", args=[version.pk, client.pk])
    fields = {"language": "en", "days": "14", "contact": "", "key": "one"}
    assert web.get(new).status_code == 200
    assert b"/p/" in web.post(new, fields).content
    web.post(new, fields)
    assert PortalLink.objects.count() == 1
    contract = contract_of(client, creditor)
    attach = reverse("contracts:notice_attach", args=[contract.pk])
    assert web.get(attach).status_code == 200
    assert web.post(attach, {"notice": "x"}).status_code == 404
    assert web.post(attach, {"notice": notice.pk}).status_code == 302
    assert ContractNotice.objects.get().version == version
    edit = reverse("interactions:notice_edit", args=[notice.pk])
    assert web.get(edit).status_code == 404
    initial = manager.get(edit).context["form"].initial
    assert manager.post(edit, {**initial, "text": ""}).status_code == 200
    script = {**initial, "text": "<script>alert(1)</script>"}
    response = manager.post(edit, script)
    assert response.status_code == 302
    page = manager.get(response.headers["Location"]).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert web.post(new, {**fields, "key": "two"}).status_code == 200
    assert PortalLink.objects.count() == 1
    create = reverse("interactions:notice_new")
    made = {**initial, "kind": "PAYMENT", "creditor": creditor.pk}
    assert manager.post(create, made).status_code == 302
    assert manager.post(create, made).status_code == 200


def test_the_pages_take_as_many_queries_for_one_as_for_many(
    version: NoticeVersion, client: Client, creditor: Creditor, owner: User, phone: Browser
) -> None:
    web = signed_in(owner)
    phone.post(opened(phone, ask(version, client, creditor)), says())
    urls = [
        reverse("interactions:notices"),
        reverse("interactions:notice_version", args=[version.pk]),
        reverse("portal:notice_register", args=[version.pk]),
    ]
    for url in urls:
        web.get(url)
    few = [count_queries(lambda u=url: web.get(u)) for url in urls]  # type: ignore[misc]  # bound early
    for _n in range(3):
        other = make_client(owner=owner)
        ask(version, other, creditor, contact=None)
        phone.post(opened(phone, ask(version, client, creditor)), says())
    assert [count_queries(lambda u=url: web.get(u)) for url in urls] == few  # type: ignore[misc]  # bound early
    assert max(few) <= 14


def test_a_stranger_sends_nothing_and_sees_no_names(
    version: NoticeVersion, client: Client, creditor: Creditor
) -> None:
    ask(version, client, creditor)
    web = signed_in(make_user(Role.SALES))
    assert web.get(reverse("portal:notice_new", args=[version.pk, client.pk])).status_code == 404
    page = web.get(reverse("portal:notice_register", args=[version.pk]))
    assert page.context["rows"] == []
    assert client.legal_name not in page.content.decode()
