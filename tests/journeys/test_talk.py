"""A promise by telephone, a mail and its answer, minutes, a balance, a survey: all on record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Browser, Page

from clients.models import Client
from core.states import Role
from core.verify import run_checks
from interactions.models import Interaction, MailMessage, Minutes, OutgoingMail, SurveyAnswer
from interactions.states import MinutesState, OutgoingState
from payments.models import Promise
from tests.factories import make_client, make_contact, make_creditor, make_invoice, make_user
from tests.journeys.conftest import Mailbox, press_open

pytestmark = pytest.mark.django_db(transaction=True)
#: A Friday, 10:00 in Shanghai: within contact hours on whatever day this runs.
MORNING = dt.datetime(2026, 11, 27, 2, 0, tzinfo=dt.UTC)
ON = MORNING.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _friday_morning(settings: Any, tmp_path: Path, live_server: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.SITE_URL = live_server.url
    with time_machine.travel(MORNING, tick=True):
        yield


@pytest.fixture
def client() -> Client:
    """An English client of Sally's with one invoice a month late."""
    creditor = make_creditor(legal_name="Harbour Ltd", email="ar@harbour.example")
    debtor = make_client(
        legal_name="Far East Ltd",
        language="en",
        country="CN",
        owner=make_user(Role.SALES, name="Sally"),
    )
    make_contact(debtor, name="Wang Fang", email="wang@fareast.example", is_primary=True)
    make_invoice(debtor, creditor, "1000.00", number="INV-1", due_on=ON - 30 * DAY)
    return debtor


def log_a_promise(page: Page, client: Client) -> None:
    """From the client's page: the telephone, then what came of it."""
    page.goto(f"/clients/{client.pk}/")
    page.click("header a[href*='/interactions/call/'] >> visible=true")
    page.wait_for_selector("#dw-call-form")
    page.fill("#dw-call-form [name=body]", "She will pay 400 on Monday.")
    page.click("#dw-call-form details:has([name=promise_amount]) > summary")
    page.fill("#dw-call-form [name=promise_amount]", "400")
    page.fill("#dw-call-form [name=promise_due_on]", (ON + 3 * DAY).isoformat())
    page.click("#dw-call-form button[value=PROMISED]")
    page.wait_for_url(f"**/clients/{client.pk}/**")
    assert Promise.objects.get().amount == Decimal(400)


def write_a_mail(page: Page, client: Client) -> None:
    """A threat is stopped; the calm text is previewed and sent."""
    page.goto(f"/interactions/clients/{client.pk}/write/")
    page.fill("[name=subject]", "Invoice INV-1")
    page.fill("[name=body]", "Pay by Friday or else we will tell your clients.")
    page.click("main form[method=post] button[type=submit]:has-text('Look at it')")
    assert page.locator("button[name=send]").count() == 0
    page.fill("[name=body]", "Our records show 600.00 open on invoice INV-1. Please tell us when.")
    page.click("main form[method=post] button[type=submit]:has-text('Look at it')")
    page.click("button[name=send]")
    page.wait_for_url("**/outgoing/**")


def the_reply(sent: bytes) -> bytes:
    """What the client answers, as a mail program writes it."""
    asked = message_from_bytes(sent, policy=default)
    reply = EmailMessage()
    reply["From"], reply["To"] = "Wang Fang <wang@fareast.example>", str(asked["From"])
    reply["Subject"], reply["In-Reply-To"] = f"Re: {asked['Subject']}", str(asked["Message-ID"])
    reply["Message-ID"] = "<answer-1@fareast.example>"
    reply["Date"] = "Fri, 27 Nov 2026 10:20:00 +0800"
    reply.set_content(
        "Dear Sally,\n\nWe will pay the remaining 600.00 by 11 December 2026.\n\n"
        "On Fri, 27 Nov 2026 at 10:05, Harbour wrote:\n> Please tell us when.\n"
    )
    return reply.as_bytes()


def accept_its_promise(page: Page, client: Client, reply: bytes) -> None:
    """Upload the answer; the sentence is quoted beside a ready promise; record it."""
    page.goto("/interactions/mail/upload/")
    page.set_input_files(
        "input[type=file]",
        files={"name": "answer.eml", "mimeType": "message/rfc822", "buffer": reply},
    )
    page.click("main button[type=submit]:has-text('Archive')")
    page.click("main td a")
    assert "We will pay the remaining 600.00" in page.inner_text("main")
    page.click("a:has-text('Record a promise')")
    page.click("main button[type=submit]:has-text('Record')")
    page.wait_for_url("**/mail/**")
    mails = MailMessage.objects.order_by("pk")
    assert len({mail.thread_id for mail in mails}) == 1
    assert len(mails) == 2
    promise = Promise.objects.order_by("pk").last()
    assert promise is not None
    assert promise.client_id == client.pk
    assert (promise.amount, promise.due_on) == (Decimal(600), dt.date(2026, 12, 11))


def send_minutes(page: Page, client: Client, work: Callable[[], None]) -> str:
    """A meeting, its minutes, issued, sent; the address of the client's link."""
    page.goto(f"/interactions/clients/{client.pk}/meeting/")
    page.fill("[name=subject]", "How the rest is paid")
    page.fill("[name=starts_at]", "2026-11-27T09:00")
    page.fill("[name=place]", "By video")
    page.click("main form[method=post] button[type=submit].btn-primary")
    if "/minutes/" not in page.url:
        page.click("a:has-text('Write the minutes')")
    page.check("[name=ours] >> nth=0")
    page.check("[name=theirs] >> nth=0")
    page.fill("[name=content]", "The open invoice was discussed.")
    page.fill("[name=points]", "400.00 is paid on Monday\n600.00 is paid by 11 December")
    page.click("button[name=then][value=issue]")
    page.click("main button:has-text('Issue version 1')")
    work()  # the paper is printed
    page.click("a:has-text('Send for confirmation')")
    return made_link(page)


def made_link(page: Page) -> str:
    page.click("main button:has-text('Make the link')")
    return page.input_value("#link-address")


def on_a_phone(chromium: Browser, address: str, answer: Callable[[Page], None]) -> None:
    """Open the link without a script on a phone, answer, and be thanked."""
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-GB"
    )
    phone = context.new_page()
    phone.goto(address)
    press_open(phone)
    answer(phone)
    phone.fill("[name=name]", "Wang Fang")
    phone.click("main form button[type=submit]:has-text('Send')")
    assert "Thank you" in phone.inner_text("h1")
    context.close()


def balance_link(page: Page, client: Client) -> str:
    page.goto(f"/clients/{client.pk}/")
    page.click("#links a:has-text('Confirm the balance')")
    return made_link(page)


def survey_link(page: Page, client: Client) -> str:
    """A service level plans a revisit; once it is recorded the survey is offered."""
    page.goto(reverse("interactions:client_level", args=[client.pk]))
    page.select_option("[name=level]", index=1)
    page.click("main form[method=post] button[type=submit]")
    page.goto(reverse("interactions:revisits") + "?show=all")
    page.click("main a[href$='/done/']")
    page.fill("[name=outcome]", "All is well.")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/links/surveys/**")
    return made_link(page)


def test_everything_said_is_on_record_and_confirmed(
    sign_in: Callable[..., Page],
    chromium: Browser,
    client: Client,
    mailbox: Mailbox,
    work: Callable[[], None],
) -> None:
    assert client.owner is not None
    page = sign_in(client.owner)
    log_a_promise(page, client)

    write_a_mail(page, client)
    work()
    assert OutgoingMail.objects.get().state == OutgoingState.SENT
    assert len(mailbox.messages) == 1
    work()
    assert len(mailbox.messages) == 1, "once"
    accept_its_promise(page, client, the_reply(mailbox.messages[0]))

    address = send_minutes(page, client, work)
    on_a_phone(chromium, address, lambda phone: phone.check("input[value=CONFIRMED]"))
    assert Minutes.objects.get().state == MinutesState.CONFIRMED

    on_a_phone(
        chromium, balance_link(page, client), lambda phone: phone.check("input[value=CONFIRMED]")
    )
    on_a_phone(
        chromium,
        survey_link(page, client),
        lambda phone: phone.check("input[name=score][value='5']"),
    )
    assert SurveyAnswer.objects.get().score == 5

    work()
    page.goto(f"/interactions/clients/{client.pk}/")
    said = page.inner_text("main")
    for words in ("She will pay 400 on Monday.", "Invoice INV-1", "How the rest is paid"):
        assert words in said
    assert Interaction.objects.filter(client=client).count() >= 6
    assert [problem for result in run_checks() for problem in result.problems] == []
