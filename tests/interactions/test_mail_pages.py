"""The tray, a mail's page, uploads, proposals; what strangers wrote shows as text."""
# ruff: noqa: E501  # mails as they come

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from clients.models import Client, Contact
from core.states import Role
from disputes.models import Dispute
from interactions.models import InteractionLink, MailMessage, MailProposal
from payments.models import Promise
from tests.factories import (
    NOW,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)
from tests.interactions.mails import bounce, keep, mail_with_files, raw_mail

pytestmark = pytest.mark.django_db

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><iframe src=//evil.example>",
    "{{7*7}}<b>bold</b>",
)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


@pytest.fixture
def client_of_ours() -> Client:
    make_creditor(email="office@own.example")
    client = make_client(legal_name="Acme Buyer Ltd", time_zone="Asia/Shanghai")
    make_contact(client, email="ann@acme-buyer.example")
    return client


def page(web: Browser, name: str, *args: Any, **query: str) -> str:
    response = web.get(reverse(f"interactions:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tray_offers_the_likely_client_and_files_there_at_once(
    web: Browser, client_of_ours: Client
) -> None:
    assert "The tray is empty" in page(web, "mail_tray")
    mail = keep(raw_mail(sender="Bob <bob@acme-buyer.example>"))
    shown = page(web, "mail_tray")
    assert "Acme Buyer Ltd" in shown
    assert "same domain as a contact" in shown
    url = reverse("interactions:mail_assign", args=[mail.pk])
    assert web.post(url, {"client": client_of_ours.pk}).status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.client) == ("FILED", client_of_ours)
    assert "Acme Buyer Ltd" in page(web, "mail", mail.pk)
    # A second person who was as quick is told so.
    again = web.post(url, {"client": client_of_ours.pk}, follow=True)
    assert b"is filed with a client already" in again.content


def test_a_client_is_looked_for_and_the_sender_kept(web: Browser, client_of_ours: Client) -> None:
    mail = keep(raw_mail(sender="Bob <bob@elsewhere.example>"))
    assert "Acme Buyer Ltd" in page(web, "mail_assign", mail.pk, q="acme")
    url = reverse("interactions:mail_assign", args=[mail.pk])
    web.post(url, {"client": client_of_ours.pk, "keep_sender": "1"})
    assert Contact.objects.filter(email="bob@elsewhere.example").exists()
    for bad in ("", "x", "9999999999999999999999"):
        assert web.post(url, {"client": bad}).status_code == 404


def test_a_mail_is_set_aside_with_a_reason(web: Browser) -> None:
    mail = keep(raw_mail(sender="spam@elsewhere.example"))
    url = reverse("interactions:mail_dismiss", args=[mail.pk])
    assert web.post(url, {"reason": "NONSENSE"}).status_code == 200
    assert web.post(url, {"reason": "SPAM"}).status_code == 302
    assert "Invoice 17" not in page(web, "mail_tray")
    assert "Invoice 17" in page(web, "mail_tray", show="aside")
    assert b"Only a mail in the tray" in web.post(url, {"reason": "SPAM"}).content


def test_sales_see_of_the_tray_what_may_be_their_clients(client_of_ours: Client) -> None:
    owner, stranger = make_user(Role.SALES), make_user(Role.SALES)
    Client.objects.filter(pk=client_of_ours.pk).update(owner=owner)
    mine = keep(raw_mail(sender="bob@acme-buyer.example", subject="Mine"))
    other = keep(
        raw_mail(sender="x@elsewhere.example", subject="Other", message_id="<o@x.example>")
    )
    shown = page(signed_in(owner), "mail_tray", show="aside")
    assert "Mine" in shown
    assert "Other" not in shown
    assert "Mine" not in page(signed_in(stranger), "mail_tray")
    for user, mail in [(owner, other), (stranger, mine)]:
        for name in ("mail", "mail_raw", "mail_assign", "mail_dismiss"):
            url = reverse(f"interactions:{name}", args=[mail.pk])
            assert signed_in(user).get(url).status_code == 404
    # Nor do they file it with somebody else's client.
    foreign = make_client()
    url = reverse("interactions:mail_assign", args=[mine.pk])
    assert signed_in(owner).post(url, {"client": foreign.pk}).status_code == 404


def test_a_mail_shows_its_own_words_and_folds_the_rest(
    web: Browser, client_of_ours: Client
) -> None:
    text = "Hello\n\nOn Mon, Jun 1, 2026 at 6:26 PM, Office <office@own.example> wrote:\n\n> Please pay\n\n-- \nAnn"
    mail = keep(raw_mail(text))
    shown = page(web, "mail", mail.pk)
    assert shown.count("Quoted text") == 1
    assert "Please pay" in shown
    assert mail.raw_sha256 in shown
    assert "Ann Wang &lt;ann@acme-buyer.example&gt;" in shown
    raw = web.get(reverse("interactions:mail_raw", args=[mail.pk]))
    assert raw["Content-Disposition"].startswith("attachment")
    assert b"".join(raw.streaming_content) == raw_mail(text)  # type: ignore[attr-defined]


@pytest.mark.parametrize("evil", XSS)
def test_what_strangers_wrote_shows_as_text(
    web: Browser, client_of_ours: Client, evil: str
) -> None:
    mail = keep(
        raw_mail(
            f"Hi {evil}\n\n> {evil}\n\nWe will pay {evil} by Friday.",
            subject=f"S {evil}",
            sender=f'"{evil.replace(chr(34), "")}" <x@elsewhere.example>',
        )
    )
    web.post(reverse("interactions:mail_assign", args=[mail.pk]), {"client": client_of_ours.pk})
    files = keep(mail_with_files({f"a{evil}.txt": b"text"}, sender="y@acme-buyer.example"))
    pages = [
        page(web, "mail", mail.pk),
        page(web, "mail", files.pk),
        page(web, "mail_tray"),
        page(web, "mail_proposals"),
        page(web, "list", client_of_ours.pk),
        web.get(reverse("clients:client", args=[client_of_ours.pk])).content.decode(),
    ]
    for shown in pages:
        for tag in (
            "<script>alert",
            "<img src=x",
            "<svg/onload",
            "<iframe src=//",
            "<b>bold",
            'href="javascript',
        ):
            assert tag not in shown


def html_mail(html: str) -> bytes:
    return raw_mail(html, headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.mark.parametrize(
    "html",
    [
        *XSS,
        '<img src="https://evil.example/pixel.gif" alt="logo">',
        '<link rel=stylesheet href="https://evil.example/x.css"><style>@import "//evil.example";</style>',
        '<div style="background:url(https://evil.example/x)">x</div>',
        '<form action="https://evil.example"><input name=password></form>',
        '<a href="javascript:alert(1)">x</a><a href="data:text/html,x">y</a>',
        '<meta http-equiv=refresh content="0;url=https://evil.example"><base href="https://evil.example/">',
        '<object data="https://evil.example"></object><embed src="//evil.example"><video src="//evil.example/v">',
        '<p background="https://evil.example/b" onclick=alert(1)>x',
    ],
)
def test_html_of_a_mail_runs_and_loads_nothing(
    web: Browser, client_of_ours: Client, html: str
) -> None:
    mail = keep(html_mail(f"<p>Hello</p>{html}"))
    response = web.get(reverse("interactions:mail_html", args=[mail.pk]))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    body = response.content.decode().partition("</style>")[2].lower()
    for bad in ("<script", "onerror", "onload", "onclick", "src=", "<style", "style=", "<form",
                "<input", "javascript:\"", "href=\"javascript", "data:text", "<meta", "<base", "<link",
                "<object", "<embed", "<video", "<iframe", "background="):  # fmt: skip
        assert bad not in body or (bad in {"onerror", "onload", "src="} and "&lt;" in body)
    assert "hello" in body


def test_the_frame_is_sandboxed_and_the_page_loads_nothing_else(
    web: Browser, client_of_ours: Client
) -> None:
    mail = keep(html_mail('<p>Hello <a href="https://x.example/?a=1">there</a></p>'))
    shown = page(web, "mail", mail.pk)
    assert 'sandbox=""' in shown
    assert "Hello there &lt;https://x.example/?a=1&gt;" in shown
    plain = keep(raw_mail("no html", message_id="<p@x.example>"))
    assert web.get(reverse("interactions:mail_html", args=[plain.pk])).status_code == 404


def test_attachments_are_downloads(web: Browser, client_of_ours: Client) -> None:
    mail = keep(
        mail_with_files({"a.pdf": b"%PDF-1.4\n%%EOF\n", "run.exe": b"MZ\x90"},
                        sender="ann@acme-buyer.example")
    )  # fmt: skip
    shown = page(web, "mail", mail.pk)
    assert "run.exe" in shown
    assert "left inside the raw mail" in shown
    pdf, exe = mail.attachments.order_by("position")
    response = web.get(reverse("interactions:mail_attachment", args=[pdf.pk]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert web.get(reverse("interactions:mail_attachment", args=[exe.pk])).status_code == 404


def test_several_mails_are_uploaded_each_judged_by_itself(
    web: Browser, client_of_ours: Client
) -> None:
    good, bad = raw_mail("Hello"), b"no mail at all"
    url = reverse("interactions:mail_upload")

    def files() -> dict[str, Any]:
        return {
            "mails": [
                SimpleUploadedFile("a.eml", good),
                SimpleUploadedFile("<b>.eml", bad),
                SimpleUploadedFile("again.eml", good),
            ]
        }

    shown = web.post(url, files()).content.decode()
    assert "It was archived already." in shown
    assert "not an e-mail" in shown
    assert "&lt;b&gt;.eml" in shown
    assert MailMessage.objects.count() == 1
    assert b"Choose one or more" in web.post(url).content


def test_an_upload_shows_sales_nothing_of_other_clients(client_of_ours: Client) -> None:
    web = signed_in(make_user(Role.SALES))
    files = {"mails": [SimpleUploadedFile("a.eml", raw_mail("Hello"))]}
    shown = web.post(reverse("interactions:mail_upload"), files).content.decode()
    assert MailMessage.objects.get().client == client_of_ours
    assert reverse("interactions:mail", args=[MailMessage.objects.get().pk]) not in shown
    assert "Acme" not in shown
    assert "Invoice 17" not in shown


def test_a_promise_in_a_mail_is_accepted_with_one_look(
    web: Browser, client_of_ours: Client
) -> None:
    make_invoice(client_of_ours, make_creditor(), "1000.00")
    mail = keep(raw_mail("Dear all,\nwe will pay CNY 800 by 20 June.\n\nThe invoice is fine."))
    row = mail.proposals.get()
    assert (row.kind, str(row.due_on)) == ("PROMISE", "2026-06-20")
    assert row.amount == 800
    assert "we will pay CNY 800 by 20 June." in page(web, "mail", mail.pk)
    form = page(web, "mail_proposal", row.pk)
    assert 'value="800"' in form
    assert 'value="2026-06-20"' in form
    fields = web.get(reverse("interactions:mail_proposal", args=[row.pk])).context["form"].initial
    data = {"balance": fields["balance"].pk, "amount": "800", "due_on": "2026-06-20"}
    url = reverse("interactions:mail_proposal", args=[row.pk])
    assert web.post(url, data).status_code == 302
    promise = Promise.objects.get()
    assert promise.amount == 800
    assert promise.interaction == mail.interaction
    row.refresh_from_db()
    assert (row.state, row.about_type, row.about_id) == (
        "ACCEPTED", "payments.promise", str(promise.pk),
    )  # fmt: skip
    assert InteractionLink.objects.filter(about_type="payments.promise").exists()
    # Twice records nothing twice.
    assert web.post(url, data).status_code == 302
    assert Promise.objects.count() == 1
    assert "Recorded as proposed" in page(web, "mail", mail.pk)


def test_a_changed_promise_is_marked_as_changed(web: Browser, client_of_ours: Client) -> None:
    make_invoice(client_of_ours, make_creditor(), "1000.00")
    row = keep(raw_mail("我们月底前付清。")).proposals.get()
    assert str(row.due_on) == "2026-06-30"
    url = reverse("interactions:mail_proposal", args=[row.pk])
    balance = web.get(url).context["form"].initial["balance"]
    past = {"balance": balance.pk, "amount": "1000", "due_on": "2026-06-01"}
    assert b"has passed" in web.post(url, past).content
    assert web.post(url, {**past, "due_on": "2026-06-25"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "EDITED"


def test_a_dispute_in_a_mail_is_opened_on_the_named_invoice(
    web: Browser, client_of_ours: Client
) -> None:
    creditor = make_creditor()
    make_invoice(client_of_ours, creditor, "300.00", number="OTHER-1")
    invoice = make_invoice(client_of_ours, creditor, "500.00", number="NO-4711")
    row = keep(raw_mail("The goods were damaged.", subject="Re: NO-4711")).proposals.get()
    url = reverse("interactions:mail_proposal", args=[row.pk])
    initial = web.get(url).context["form"].initial
    assert (initial["invoice"], initial["reason"]) == (invoice, "QUALITY")
    data = {"invoice": invoice.pk, "amount": "", "reason": "QUALITY"}
    assert web.post(url, data).status_code == 302
    dispute = Dispute.objects.get()
    assert (dispute.invoice, dispute.note) == (invoice, row.quote)
    assert dispute.amount == 500


def test_a_proposal_is_rejected_and_stays_so(web: Browser, client_of_ours: Client) -> None:
    row = keep(raw_mail("We will pay by Friday.")).proposals.get()
    url = reverse("interactions:mail_proposal_reject", args=[row.pk])
    assert web.get(url).status_code == 405
    web.post(url)
    row.refresh_from_db()
    assert row.state == "REJECTED"
    assert b"decided already" in web.post(url, follow=True).content
    assert not Promise.objects.exists()


def test_nothing_is_proposed_from_what_was_quoted_or_sent_by_machines(
    client_of_ours: Client,
) -> None:
    keep(
        raw_mail(
            "OK.\n\nOn Mon, Jun 1, 2026 at 6:26 PM, X <x@y.example> wrote:\n> We will pay by Friday."
        )
    )
    keep(raw_mail("We will pay by Friday.", message_id="<a@x.example>",
                  headers={"Auto-Submitted": "auto-replied"}))  # fmt: skip
    keep(raw_mail("We will pay by Friday.", sender="office@own.example",
                  to="ann@acme-buyer.example", message_id="<b@x.example>"))  # fmt: skip
    assert not MailProposal.objects.exists()


def test_the_home_page_counts_what_waits(web: Browser, client_of_ours: Client) -> None:
    keep(raw_mail("We will pay by Friday."))
    keep(raw_mail(sender="x@elsewhere.example", message_id="<x@x.example>"))
    shown = web.get(reverse("workspace:home")).content.decode()
    assert "1 mail found no client" in shown
    assert "1 sentence sounds like a promise or a dispute" in shown


def test_a_bounce_shows_who_did_not_get_it(web: Browser) -> None:
    mail = keep(bounce("gone@acme-buyer.example"))
    shown = page(web, "mail", mail.pk)
    assert "Who did not get it" in shown
    assert "gone@acme-buyer.example" in shown


def test_the_queries_of_the_pages_do_not_grow(web: Browser, client_of_ours: Client) -> None:
    first = keep(raw_mail("We will pay by Friday.", sender="bob@acme-buyer.example"))
    filed = keep(raw_mail("We will pay by Friday.", message_id="<f0@x.example>"))
    urls = [
        reverse("interactions:mail_tray"),
        reverse("interactions:mail", args=[filed.pk]),
        reverse("interactions:mail_proposals"),
    ]
    for url in urls:
        web.get(url)
    before = [count_queries(lambda url=url: web.get(url)) for url in urls]  # type: ignore[misc]
    for n in range(4):
        keep(raw_mail(f"{n}", sender="bob@acme-buyer.example", message_id=f"<t{n}@x.example>"))
        keep(
            raw_mail(f"{n} We will pay by Friday.", message_id=f"<f{n + 1}@x.example>",
                     headers={"In-Reply-To": "<f0@x.example>"})
        )  # fmt: skip
    assert first.state == "TRAY"
    after = [count_queries(lambda url=url: web.get(url)) for url in urls]  # type: ignore[misc]
    assert after == before
    assert max(after) <= 14


def test_pages_speak_chinese(client_of_ours: Client) -> None:
    web = signed_in(make_user(Role.FINANCE, language="zh-hans"))
    web.cookies["django_language"] = "zh-hans"
    mail = keep(raw_mail("我们月底前付清。"))
    keep(raw_mail(sender="x@elsewhere.example", message_id="<x@x.example>"))
    assert "可能属于" in page(web, "mail_tray")
    shown = page(web, "mail", mail.pk)
    translation.activate("en")  # the tests after this one
    assert "付款承诺" in shown
    assert "已归档" in shown
