"""A delivery is accepted or rejected by a link, once, and as it was recorded."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser

from cases.selectors import evidence_of
from contracts.models import Contract, ContractLine, Delivery, DeliveryAnswer
from contracts.services import create_contract, terminate_contract
from contracts.services.lines import add_line
from contracts.services.performance import answer_delivery, record_delivery
from contracts.services.schedule import Entry, set_schedule
from contracts.states import AnsweredHow, DeliveryState, ScheduleKind
from core.dates import now, today
from core.models import AuditEvent
from core.states import Role
from interactions.models import FollowUp, Interaction
from payments.models import Invoice, MilestoneAcceptance
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.services import Issued, UnableToIssueLink, issue_delivery_acceptance
from portal.states import WhyClosed
from tests.factories import make_client, make_contact, make_creditor, make_user, signed_in
from tests.portal.conftest import forced, opened

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
ON = today("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def line_in_force(*, acceptance_days: int | None = 10, number: str = "K-1") -> ContractLine:
    """A line of 1,000 whose invoice waits for its acceptance."""
    client = make_client(
        legal_name="Far East Ltd", owner=make_user(Role.SALES, name="Sally"), code=number
    )
    make_contact(client, name="Wang Fang", email="wang@fareast.example")
    contract = create_contract(
        creditor=make_creditor(legal_name="Harbour Ltd", legal_name_zh="海港有限公司"),
        client=client,
        number=number,
        title="A website",
        currency="CNY",
        starts_on=ON - 30 * DAY,
        acceptance_days=acceptance_days,
        actor=None,
        at=now(),
    )
    line = add_line(contract=contract, description="Website", unit_price=1000, actor=None, at=now())
    entries = [Entry(ScheduleKind.MILESTONE, contract.amount or line.total, line=line)]
    set_schedule(contract=contract, entries=entries, actor=None, at=now())
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    return ContractLine.objects.select_related("contract__client").get(pk=line.pk)


def delivered(line: ContractLine | None = None, **changed: Any) -> Delivery:
    given: dict[str, Any] = {
        "delivered_on": ON - DAY,
        "what": "The website, live at www",
        "recipient": "Ms Wang",
        "file": (PDF, "note.pdf"),
    }
    return record_delivery(
        line=line or line_in_force(), on=ON, actor=None, at=now(), **{**given, **changed}
    )


def ask(delivery: Delivery, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "delivery": delivery,
        "language": "en",
        "contact": delivery.contract.client.contacts.first(),
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": None,
        "at": now(),
    }
    return issue_delivery_acceptance(**{**given, **changed})


def says(**changed: str) -> dict[str, str]:
    given = {"choice": "ACCEPTED", "remark": "", "name": "Wang Fang", "key": uuid.uuid4().hex}
    return {**given, **changed}


def test_the_client_reads_accepts_and_the_milestone_is_invoiced(phone: Browser) -> None:
    delivery = delivered()
    issued = ask(delivery)
    url = opened(phone, issued)
    page = phone.get(url).content.decode()
    for shown in ("K-1", "A website", "The website, live at www", "Ms Wang", "note.pdf"):
        assert shown in page
    assert "counts as accepted" in page
    note = phone.get(f"{url}document/")
    assert note.headers["Content-Type"] == "application/pdf"
    assert b"".join(note.streaming_content) == PDF  # type: ignore[attr-defined]  # a file
    assert phone.post(url, says()).status_code == 302
    answer = DeliveryAnswer.objects.get(delivery=delivery)
    assert (answer.outcome, answer.how, answer.name) == ("ACCEPTED", "LINK", "Wang Fang")
    assert (answer.address, answer.reference) == ("127.0.0.1", str(issued.link.reference))
    invoice = Invoice.objects.get()
    assert (invoice.amount, invoice.contract) == (Decimal(1000), delivery.contract)
    assert MilestoneAcceptance.objects.get().accepted_on == answer.answered_on
    receipt = phone.get(url).content.decode()
    assert "Yes, we accept it" in receipt
    assert phone.post(url, says()).status_code == 410
    assert Invoice.objects.count() == 1


def test_the_answer_is_in_the_log_and_so_in_the_packet(phone: Browser) -> None:
    delivery = delivered()
    issued = ask(delivery)
    phone.post(opened(phone, issued), says())
    entry = Interaction.objects.get(about_type="portal.portalact")
    for proof in (issued.link.text, issued.link.text_sha256, "Wang Fang", "127.0.0.1"):
        assert proof in entry.body
    assert delivery.document is not None
    assert delivery.document.sha256 in entry.body
    acts = AuditEvent.objects.filter(stream_id=f"client:{delivery.contract.client_id}")
    assert {"portal.answer", "contracts.answer_delivery"} <= set(
        acts.values_list("action", flat=True)
    )
    contract = delivery.contract
    packet = evidence_of(client=contract.client, creditor=contract.creditor, as_of_on=ON)
    assert entry.pk in {one.pk for one in packet.interactions}


def test_a_rejection_says_what_is_wrong_and_waits_for_sales(phone: Browser) -> None:
    delivery = delivered()
    url = opened(phone, ask(delivery))
    without = phone.post(url, says(choice="REJECTED", remark="  "))
    assert "Say what is wrong" in without.content.decode()
    assert not PortalAct.objects.exists()
    assert phone.post(url, says(choice="REJECTED", remark="The cart is empty")).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.REJECTED
    assert DeliveryAnswer.objects.get().remark == "The cart is empty"
    assert not Invoice.objects.exists()
    entry = Interaction.objects.get()
    assert (entry.outcome, "The cart is empty" in entry.body) == ("DISPUTED", True)
    todo = FollowUp.objects.get()
    assert (todo.owner, todo.interaction) == (delivery.contract.client.owner, entry)
    again = delivered(delivery.line)  # a rejected delivery can be made again
    assert phone.post(opened(phone, ask(again)), says()).status_code == 302
    assert Invoice.objects.count() == 1


def test_nothing_chosen_is_no_answer(phone: Browser) -> None:
    url = opened(phone, ask(delivered()))
    for missing in ({"choice": ""}, {"choice": "PERHAPS"}, {"name": " "}):
        assert phone.post(url, says(**missing)).status_code == 200
    assert not DeliveryAnswer.objects.exists()


def _answered(delivery: Delivery) -> None:
    answer_delivery(
        delivery=delivery,
        outcome=DeliveryState.ACCEPTED,
        how=AnsweredHow.RECORD,
        answered_on=ON,
        name="Li Lei",
        on=ON,
        actor=None,
        at=now(),
    )


def _terminated(delivery: Delivery) -> None:
    terminate_contract(contract=delivery.contract, reason="Over", actor=None, at=now())


def _agreed_anew(delivery: Delivery) -> None:
    said = "UPDATE contracts_contractline SET description = 'A shop' WHERE id = "
    forced(f"{said}{delivery.line_id}")


def _superseded(delivery: Delivery) -> None:
    _answered(delivered(delivery.line, what="All of it"))


@pytest.mark.parametrize("meanwhile", [_answered, _terminated, _superseded, _agreed_anew])
def test_a_link_is_outdated_when_the_matter_has_moved_on(phone: Browser, meanwhile: Any) -> None:
    delivery = delivered(completes_line=meanwhile is not _superseded)
    url = opened(phone, ask(delivery))
    meanwhile(delivery)
    answers, invoices = DeliveryAnswer.objects.count(), Invoice.objects.count()
    assert phone.get(url).status_code == 410
    assert phone.post(url, says(choice="REJECTED", remark="No")).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == WhyClosed.OUTDATED
    assert not PortalAct.objects.exists()
    assert (DeliveryAnswer.objects.count(), Invoice.objects.count()) == (answers, invoices)


@pytest.mark.parametrize(
    ("meanwhile", "words"),
    [(_answered, "answered already"), (_terminated, "terminated"), (_superseded, "whole line")],
)
def test_nobody_is_asked_about_what_is_settled(meanwhile: Any, words: str) -> None:
    delivery = delivered(completes_line=meanwhile is not _superseded)
    meanwhile(delivery)
    with pytest.raises(UnableToIssueLink, match=words):
        ask(delivery)
    assert not PortalLink.objects.exists()


def test_a_link_ends_when_silence_accepts() -> None:
    delivery = delivered()
    link = ask(delivery, days=90).link
    end = dt.datetime.combine(ON + 10 * DAY, dt.time(), dt.timezone(dt.timedelta(hours=8)))
    assert link.expires_at == end  # accept_by is the ninth day from today; it counts to its end
    assert link.why_closed(end - dt.timedelta(seconds=1)) is None
    assert link.why_closed(end) is WhyClosed.EXPIRED
    with pytest.raises(UnableToIssueLink, match="time to answer is over"):
        ask(delivery, at=end)
    unlimited = delivered(line_in_force(acceptance_days=None, number="K-2"))
    late = ask(unlimited, days=90).link
    assert (late.expires_at - late.created_at).days >= 89


def test_a_delivery_note_that_was_tampered_with_is_not_answered(phone: Browser) -> None:
    issued = ask(delivered())
    url = opened(phone, issued)
    assert issued.link.document is not None
    with default_storage.open(issued.link.document.storage_name, "wb") as kept:
        kept.write(b"%PDF-1.7 another")
    assert phone.post(url, says()).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == WhyClosed.ALTERED
    assert not DeliveryAnswer.objects.exists()


def test_without_an_address_nothing_is_proven(phone: Browser, monkeypatch: Any) -> None:
    url = opened(phone, ask(delivered()))
    monkeypatch.setattr("portal.views.public._address", lambda _request: "")
    assert "Sign on paper" in phone.post(url, says()).content.decode()
    assert not DeliveryAnswer.objects.exists()


def test_a_chinese_client_reads_chinese(phone: Browser) -> None:
    issued = ask(delivered(), language="zh-hans")
    page = phone.get(opened(phone, issued)).content.decode()
    main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    assert "海港有限公司" in page
    own = ("The website, live at www", "Far East Ltd", "A website", "Website", "Ms Wang")
    for word in (*own, "note.pdf", "Wang Fang", "PDF", "SHA", "UTC", "Sally", "kB", "K-1"):
        main = main.replace(word, "")
    assert re.findall(r"[A-Za-z]{4,} [a-z]{3,}", main) == []
    assert "视为" in issued.link.text


def test_sales_make_the_link_from_the_contract() -> None:
    delivery = delivered()
    owner = delivery.contract.client.owner
    assert owner is not None
    web = signed_in(owner)
    address = f"/links/delivery/{delivery.pk}/"
    contract_page = f"/contracts/{delivery.contract_id}/"
    assert address in web.get(contract_page).content.decode()
    assert "at the latest" in web.get(address).content.decode()
    made = web.post(address, {"language": "zh-hans", "days": "14", "key": "one"})
    assert f"/p/{made.context['token']}/" in made.content.decode()
    assert signed_in(make_user(Role.SALES)).get(address).status_code == 404
    _answered(delivery)
    assert address not in web.get(contract_page).content.decode()
    refused = web.post(address, {"language": "en", "days": "14", "key": "two"})
    assert "answered already" in refused.content.decode()
