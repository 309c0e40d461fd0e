"""The phone in the header, in a real browser: over the page with JavaScript, a page without."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from core.states import Role
from interactions.models import Interaction
from tests.factories import make_client, make_contact, make_creditor, make_invoice, make_user
from tests.workspace.test_browser import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False])
def test_two_clicks_log_a_call_about_the_invoice_that_is_shown(
    chromium: Browser, live_server: Any, script: bool
) -> None:
    client = make_client(country="CN")
    make_contact(client, phone="+86 10 1234", is_primary=True)
    invoice = make_invoice(client, make_creditor())
    said: list[str] = []
    context = chromium.new_context(java_script_enabled=script)
    page = sign_in(context, live_server, make_user(Role.FINANCE))
    page.on("console", lambda message: said.append(message.text))
    page.goto(live_server.url + reverse("payments:invoice", args=[invoice.pk]))
    address = page.url
    page.click(".dw-top-call")
    page.wait_for_selector("#dw-call-form")
    # Over the page with a script, a page of its own without.
    assert (page.url == address) is script
    page.click("#dw-call-form button[value=NO_ANSWER]")
    page.wait_for_url(address)
    entry = Interaction.objects.get()
    assert (entry.kind, entry.outcome) == ("CALL", "NO_ANSWER")
    assert entry.links.get().about_id == str(invoice.pk)
    assert [text for text in said if "Content Security" in text or "Error" in text] == []
