"""A client on a phone, without JavaScript, answers what sales have asked by link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from core.dates import today
from core.states import Role
from interactions.models import Interaction
from portal.models import PortalLink, PortalVisit
from tests.factories import make_client, make_contact, make_creditor, make_invoice, make_user
from tests.journeys.conftest import Mailbox, press_open

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_client_confirms_its_balance_on_a_phone_without_a_script(
    sign_in: Callable[..., Page],
    chromium: Browser,
    live_server: Any,
    mailbox: Mailbox,
    settings: Any,
) -> None:
    settings.SITE_URL = live_server.url
    sales = make_user(Role.SALES, name="Sally")
    creditor = make_creditor(legal_name="Harbour Ltd", legal_name_zh="海港有限公司")
    client = make_client(legal_name="远东贸易有限公司", language="zh-hans", owner=sales)
    make_contact(client, name="王芳", email="wang@fareast.example")
    make_invoice(client, creditor, "1000.00", number="INV-1", due_on=today(creditor.time_zone))
    desk = sign_in(sales)
    desk.goto(f"/clients/{client.pk}/")
    desk.click("#links a:has-text('Confirm the balance')")
    desk.click("main button:has-text('Make the link')")
    address = desk.input_value("#link-address")
    desk.click("main button:has-text('Send to')")
    assert len(mailbox.messages) == 1

    phone = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="zh-CN"
    ).new_page()
    phone.goto(address)
    assert not PortalVisit.objects.exists()
    press_open(phone, "打开")
    assert address not in phone.url
    assert "INV-1" in phone.inner_text("main")
    phone.check("input[value=CONFIRMED]")
    phone.fill("[name=name]", "王芳")
    phone.click("button:has-text('提交答复')")
    assert "谢谢" in phone.inner_text("h1")
    assert [visit.what for visit in PortalVisit.objects.all()] == ["OPENED", "ACTED"]
    assert PortalLink.objects.get().acted_at is not None
    assert "王芳" in Interaction.objects.get(about_type="portal.portalact").body

    desk.reload()
    assert "Answered" in desk.inner_text("main")
    phone.context.clear_cookies()
    assert phone.goto(address).status == 410  # type: ignore[union-attr]  # there is an answer
