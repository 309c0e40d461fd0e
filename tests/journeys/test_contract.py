"""A contract with a risky client, from the template to the refund of what was paid too much."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from clients.models import Client
from clients.states import Grade
from contracts.models import Contract, ContractTemplate, Delivery, DeliveryAnswer
from contracts.states import ContractState, DeliveryState
from core.dates import today
from core.models import User
from core.states import Role
from core.verify import run_checks
from payments.models import Invoice, Prepayment, PrepaymentRelease, Receipt, Refund
from payments.states import PrepaymentState
from tests.contracts.cast import graded, our_company
from tests.factories import make_client, make_contact, make_user
from tests.journeys.conftest import press_open

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)
ON = today("Asia/Shanghai")
#: What the company's short template leaves out, and what the check list then says.
LEFT_OUT = {
    "late-charge": "NO_LATE_CHARGE",
    "suspension": "NO_SUSPENSION",
    "acceptance": "NO_ACCEPTANCE",
}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path, live_server: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SITE_URL = live_server.url


@pytest.fixture
def client() -> Client:
    """A client of grade D, whose contracts begin from a template with three clauses missing."""
    our_company()
    template = ContractTemplate.objects.get(name="Software development contract")
    template.clauses.remove(*template.clauses.filter(code__in=LEFT_OUT))
    seller = make_user(Role.SALES, name="Sally")
    debtor = make_client(
        legal_name="远东贸易有限公司", country="CN", language="zh-hans", owner=seller,
        address="上海市人民路1号",
    )  # fmt: skip
    make_contact(debtor, name="王芳", email="wang@fareast.example", is_primary=True)
    return graded(debtor, Grade.D)


def figures() -> dict[str, Decimal]:
    """The one prepayment by its receipts."""
    receipts = Receipt.objects.filter(prepayment=Prepayment.objects.get())
    received = sum((one.amount for one in receipts), Decimal(0))
    applied = sum((one.allocated for one in receipts), Decimal(0))
    refunded = sum((one.refunded for one in receipts), Decimal(0))
    return {"received": received, "applied": applied, "refunded": refunded}


def the_contract(state: ContractState) -> Contract:
    """The one contract; it is in that state."""
    contract = Contract.objects.get()
    assert contract.state == state
    return contract


def write_from_a_template(page: Page, client: Client) -> None:
    """Client's page -> template -> two lines -> a schedule of two milestones -> the contract."""
    page.goto(f"/clients/{client.pk}/")
    page.click(".page-header details.dw-menu >> visible=true")
    page.click("a:has-text('New contract') >> visible=true")
    page.select_option("[name=service]", label="Software development")
    page.wait_for_selector("main button:has-text('Begin the contract')")
    assert "50%" in page.inner_text("#dw-offer")  # grade D, not the 30% of the service
    page.click("main button:has-text('Begin the contract')")
    page.wait_for_url("**/lines/")
    for description, price, days in (("Portal", "4000", 30), ("Support", "6000", 90)):
        page.fill("[name=description]", description)
        page.fill("[name=unit_price]", price)
        page.fill("[name=deliver_on]", (ON + days * DAY).isoformat())
        page.click("main button:has-text('Add the line')")
    page.click(".page-header a:has-text('Payment schedule')")
    for row, (line, amount) in enumerate((("Portal", "4000"), ("Support", "6000"))):
        page.select_option(f"[name=form-{row}-kind]", "MILESTONE")
        page.select_option(f"[name=form-{row}-line]", label=line)
        page.fill(f"[name=form-{row}-amount]", amount)
    page.click("main button:has-text('Save')")
    page.wait_for_selector("#gaps")
    contract = the_contract(ContractState.DRAFT)
    assert contract.amount == Decimal(10_000)
    assert [one.amount for one in contract.schedule.order_by("position")] == [4000, 6000]


def close_the_gaps(page: Page) -> None:
    """Three things block; one click each closes them."""
    for left in (3, 2, 1):
        blocking = page.locator("#gaps li:has(form):has-text('Blocks')")
        assert blocking.count() == left
        assert f"{left} thing" in page.inner_text(".dw-next")
        blocking.first.locator("button").click()
        page.wait_for_load_state()
    assert "Complete" in page.inner_text(".dw-next")
    kinds = Contract.objects.get().clauses.values_list("kind", flat=True)
    assert {"LATE_CHARGE", "SUSPENSION", "ACCEPTANCE"} <= set(kinds)


def have_it_signed_off(desk: Page, manager: Page) -> None:
    """Sales ask, the manager reads and signs off."""
    desk.click(".dw-next a:has-text('Ask for review')")
    desk.select_option("[name=reviewer]", label="Mia")
    desk.click("main button:has-text('Ask for review')")
    the_contract(ContractState.REVIEW)
    manager.goto("/")
    manager.click("nav a:has-text('Contracts') >> visible=true")
    manager.click("main a:has-text('Legal review'), .page-header a:has-text('Legal review')")
    manager.click("main td a >> nth=0")
    manager.fill("[name=verdict]", "Fine.")
    manager.click("main button:has-text('Sign off')")
    manager.wait_for_selector(".dw-next")
    the_contract(ContractState.APPROVED)


def link_from(page: Page, words: str) -> str:
    """Follow the next step to the form of a link, make it, and copy its address."""
    page.click(f".dw-next a:has-text('{words}')")
    page.click("main button:has-text('Make the link')")
    return page.input_value("#link-address")


def on_the_phone(chromium: Browser, address: str) -> Page:
    """The client's phone: narrow, Chinese, no JavaScript; it has pressed Open."""
    phone = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN"
    ).new_page()
    phone.goto(address)
    press_open(phone, "打开")
    return phone


def sign_by_link(desk: Page, chromium: Browser, work: Callable[[], None]) -> None:
    """Sales send it; the client reads and accepts it; sales put it into force."""
    desk.reload()
    desk.click(".dw-next a:has-text('Send to the client')")
    desk.click("main button:has-text('Send to the client')")
    contract = the_contract(ContractState.SENT)
    assert contract.prepayment_ratio == Decimal("0.5")
    work()  # its PDF
    phone = on_the_phone(chromium, link_from(desk, "Ask to accept by link"))
    assert "10,000.00" in phone.inner_text("main")
    phone.check("[name=has_read]")
    phone.fill("[name=name]", "王芳")
    phone.click("button:has-text('提交答复')")
    assert "谢谢" in phone.inner_text("h1")
    assert the_contract(ContractState.SIGNED).client_signatory == "王芳"
    desk.goto(f"/contracts/{contract.pk}/")
    desk.click(".dw-next a:has-text('Put into force')")
    desk.click("main button:has-text('Put into force')")
    the_contract(ContractState.ACTIVE)


def prepay(desk: Page, finance: Page) -> None:
    """Half of the price is asked for; until it is there, the page says that work is held."""
    desk.click(".dw-next a:has-text('Request it')")
    assert Decimal(desk.input_value("[name=amount]")) == Decimal(5000)
    desk.click("main button:has-text('Request')")
    desk.wait_for_url("**/prepayments/*/")
    prepayment = Prepayment.objects.get()
    assert (prepayment.amount, prepayment.state) == (Decimal(5000), PrepaymentState.REQUESTED)
    desk.click(".breadcrumb a >> nth=-1")
    assert "Work is held" in desk.inner_text(".dw-next")
    assert "5,000.00" in desk.inner_text(".dw-next")
    assert desk.locator("main a:has-text('Record a delivery')").count() == 0
    finance.goto("/")  # the morning's list of finance
    finance.click("section:has-text('Work that waits for money') li a")
    finance.click(".dw-next a:has-text('Money received')")
    finance.click("main button[type=submit]")
    finance.wait_for_url("**/prepayments/*/")
    assert figures() == {"received": Decimal(5000), "applied": 0, "refunded": 0}
    prepayment.refresh_from_db()
    assert prepayment.state == PrepaymentState.CLEARED
    desk.reload()
    assert "Work is held" not in desk.inner_text("main")


def deliver(desk: Page, chromium: Browser) -> None:
    """The portal is handed over; the client accepts it; its invoice takes what was prepaid."""
    desk.click(".dw-next a:has-text('Record a delivery')")
    desk.fill("[name=what]", "The portal, live")
    desk.fill("[name=recipient]", "王芳")
    desk.click("main button[type=submit]")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.line.description) == (DeliveryState.DELIVERED, "Portal")
    phone = on_the_phone(chromium, link_from(desk, "Ask the client to accept by link"))
    assert "The portal, live" in phone.inner_text("main")
    assert not Invoice.objects.exists()
    phone.check("input[value=ACCEPTED]")
    phone.fill("[name=name]", "王芳")
    phone.click("button:has-text('提交答复')")
    assert "谢谢" in phone.inner_text("h1")
    answer = DeliveryAnswer.objects.get()
    assert (answer.outcome, answer.how, answer.name) == ("ACCEPTED", "LINK", "王芳")
    invoice = Invoice.objects.get()
    assert invoice.amount == invoice.allocated == Decimal(4000)
    assert invoice.open_amount == 0
    assert figures() == {"received": Decimal(5000), "applied": Decimal(4000), "refunded": 0}
    desk.goto(f"/contracts/{delivery.contract_id}/")
    assert invoice.number in desk.inner_text("main")
    assert "To be delivered next: Support" in desk.inner_text(".dw-next")


def refund_the_rest(asking: Page, approving: Page) -> None:
    """One manager asks for the refund of what is left, another approves it."""
    number = Prepayment.objects.get().number
    asking.reload()
    asking.click(f"#prepayments a:has-text('{number}')")
    asking.click("main a:has-text('Return or keep money'), .page-header a:has-text('Return')")
    asking.select_option("[name=kind]", "REFUND")
    assert Decimal(asking.input_value("[name=amount]")) == Decimal(1000)
    asking.fill("[name=reason]", "The client pays the rest as it is invoiced")
    asking.click("main button[type=submit]")
    asking.wait_for_url("**/prepayments/*/")
    release = PrepaymentRelease.objects.get()
    assert (release.state, Refund.objects.count()) == ("ASKED", 0)
    approving.goto("/")
    approving.click(f"main a[href='/payments/releases/{release.pk}/'] >> nth=0")
    approving.check("[name=decision][value=approve]")
    approving.click("main button[type=submit]")
    approving.wait_for_url("**/prepayments/*/")
    release.refresh_from_db()
    assert release.state == "APPROVED"
    assert release.asked_by != release.decided_by
    assert Refund.objects.get().amount == Decimal(1000)
    left = {"received": Decimal(5000), "applied": Decimal(4000), "refunded": Decimal(1000)}
    assert figures() == left
    assert re.search(r"Balance\s+CN¥0\.00", approving.inner_text("main"))


def test_a_contract_that_protects_from_template_to_refund(
    sign_in: Callable[..., Page],
    chromium: Browser,
    client: Client,
    work: Callable[[], None],
) -> None:
    seller = client.owner
    assert isinstance(seller, User)
    manager = make_user(Role.MANAGER, name="Mia")
    other, finance = make_user(Role.MANAGER, name="Max"), make_user(Role.FINANCE, name="Fiona")
    desk = sign_in(seller)
    write_from_a_template(desk, client)
    close_the_gaps(desk)
    reviewer = sign_in(manager)
    have_it_signed_off(desk, reviewer)
    sign_by_link(desk, chromium, work)
    prepay(desk, sign_in(finance))
    deliver(desk, chromium)
    refund_the_rest(reviewer, sign_in(other))
    assert [problem for result in run_checks() for problem in result.problems] == []
