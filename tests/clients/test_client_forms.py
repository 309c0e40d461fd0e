"""Clients, contacts, files, standing, creditors and bank accounts on their pages."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import BankAccount, Client, ClientDocument, Contact, Creditor
from core.models import AuditEvent
from core.states import Role
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


@pytest.fixture
def manager() -> Browser:
    return signed_in(make_user(Role.MANAGER))


def data(**fields: object) -> dict[str, object]:
    return {
        "code": "K-1",
        "legal_name": "上海远东贸易有限公司",
        "kind": "COMPANY",
        "country": "cn",
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
        **fields,
    }


def test_a_client_is_taken_on_with_its_search_keys(web: Browser) -> None:
    response = web.post(reverse("clients:new"), data())
    client = Client.objects.get()
    assert response["Location"] == reverse("clients:client", args=[client.pk])
    assert (client.name_initials, client.country) == ("shydmyyxgs", "CN")


def test_a_taken_code_is_refused_at_its_field(web: Browser) -> None:
    make_client(code="K-1")
    response = web.post(reverse("clients:new"), data())
    assert response.status_code == 200
    assert "code" in response.context["form"].errors
    assert Client.objects.count() == 1


def test_a_client_that_sales_take_on_is_theirs_whatever_they_post() -> None:
    seller, other = make_user(Role.SALES), make_user(Role.SALES)
    signed_in(seller).post(reverse("clients:new"), data(owner=other.pk))
    assert Client.objects.get().owner == seller


def test_sales_cannot_give_a_client_away_or_touch_others() -> None:
    seller, other = make_user(Role.SALES), make_user(Role.SALES)
    mine, theirs = make_client(owner=seller, code="M"), make_client(owner=other, code="T")
    web = signed_in(seller)
    web.post(reverse("clients:edit", args=[mine.pk]), data(code="M", owner=other.pk))
    mine.refresh_from_db()
    assert mine.owner == seller
    assert mine.legal_name == "上海远东贸易有限公司"
    for name in ("clients:edit", "clients:contact_new", "clients:document_new"):
        assert web.get(reverse(name, args=[theirs.pk])).status_code == 404


def test_what_changed_is_audited_by_field_name(web: Browser) -> None:
    client = make_client(code="K-1")
    web.post(reverse("clients:edit", args=[client.pk]), data())
    event = AuditEvent.objects.filter(action="clients.update").get()
    assert "legal_name" in event.payload
    assert "上海" not in event.payload


# --- Contacts --------------------------------------------------------------------------------


def contact(**fields: object) -> dict[str, object]:
    return {
        "name": "Wang Fang",
        "role": "ACCOUNTS_PAYABLE",
        "email": "wang@client.example",
        "receives_reminders": "on",
        **fields,
    }


def test_the_first_choice_takes_the_place_of_the_one_before(web: Browser) -> None:
    client = make_client()
    before = make_contact(client, is_primary=True)
    web.post(reverse("clients:contact_new", args=[client.pk]), contact(is_primary="on"))
    before.refresh_from_db()
    assert not before.is_primary
    assert client.contacts.get(is_primary=True).name == "Wang Fang"


def test_a_new_address_works_again(web: Browser) -> None:
    row = make_contact(make_client())
    Contact.objects.filter(pk=row.pk).update(email_failed_at=NOW)
    web.post(reverse("clients:contact_edit", args=[row.pk]), contact())
    row.refresh_from_db()
    assert (row.email, row.email_failed_at) == ("wang@client.example", None)


def test_opting_out_and_in_is_a_post(web: Browser) -> None:
    row = make_contact(make_client())
    url = reverse("clients:contact_opt_out", args=[row.pk])
    assert web.get(url).status_code == 405
    web.post(url, {"opted_out": "1"})
    row.refresh_from_db()
    assert row.opted_out_at == NOW
    web.post(url, {"opted_out": "0"})
    row.refresh_from_db()
    assert row.opted_out_at is None


def test_contacts_of_others_are_not_there_for_sales() -> None:
    row = make_contact(make_client())
    web = signed_in(make_user(Role.SALES))
    assert web.get(reverse("clients:contact_edit", args=[row.pk])).status_code == 404
    assert web.post(reverse("clients:contact_opt_out", args=[row.pk])).status_code == 404


# --- Files -----------------------------------------------------------------------------------


@pytest.fixture
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.mark.usefixtures("_media")
def test_a_file_is_kept_and_given_to_who_sees_the_client_only(web: Browser) -> None:
    client = make_client()
    upload = SimpleUploadedFile("note.txt", b"Delivered on 3 June.")
    url = reverse("clients:document_new", args=[client.pk])
    assert web.post(url, {"file": upload, "title": "Delivery note"}).status_code == 302
    row = ClientDocument.objects.get()
    download = reverse("clients:document", args=[row.pk])
    response = web.get(download)
    assert b"".join(response.streaming_content) == b"Delivered on 3 June."  # type: ignore[attr-defined]  # a file
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in response["Content-Disposition"]
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(download).status_code == 404
    assert Browser().get(download).status_code == 302


@pytest.mark.usefixtures("_media")
def test_a_kind_of_file_that_is_not_kept_is_refused_with_a_sentence(web: Browser) -> None:
    upload = SimpleUploadedFile("page.pdf", b"<html><script>alert(1)</script></html>")
    response = web.post(reverse("clients:document_new", args=[make_client().pk]), {"file": upload})
    assert b"This kind of file is not kept" in response.content
    assert not ClientDocument.objects.exists()


# --- Creditors -------------------------------------------------------------------------------


def company(**fields: object) -> dict[str, object]:
    return {
        "code": "own",
        "legal_name": "Own Ltd",
        "country": "GB",
        "time_zone": "Europe/London",
        "currency": "GBP",
        "language": "en",
        **fields,
    }


def test_a_manager_adds_a_company_and_its_account(manager: Browser) -> None:
    assert manager.post(reverse("clients:creditor_new"), company()).status_code == 302
    creditor = Creditor.objects.get()
    account = {
        "label": "Main",
        "bank_name": "Bank",
        "account_name": "Own Ltd",
        "account_number": "GB00",
        "currency": "GBP",
        "is_default": "on",
    }
    url = reverse("clients:account_new", args=[creditor.pk])
    assert manager.post(url, account).status_code == 302
    assert BankAccount.objects.get().creditor == creditor
    twice = manager.post(url, account)
    assert b"has this account already" in twice.content


def test_a_time_zone_or_currency_that_does_not_exist_is_refused(manager: Browser) -> None:
    response = manager.post(
        reverse("clients:creditor_new"), company(time_zone="Mars/Olympus", currency="XXX")
    )
    assert {"time_zone", "currency"} <= set(response.context["form"].errors)


def test_finance_reads_companies_and_confirms_statements(web: Browser) -> None:
    account = BankAccount.objects.create(
        creditor=make_creditor(),
        label="Main",
        bank_name="Bank",
        account_name="Own",
        account_number="1",
        currency="CNY",
    )
    assert web.get(reverse("clients:creditors")).status_code == 200
    assert web.get(reverse("clients:creditor_new")).status_code == 404
    url = reverse("clients:bank_feed", args=[account.pk])
    tomorrow = web.post(url, {"through_on": (TODAY + DAY).isoformat()})
    assert b"cannot be read beyond today" in tomorrow.content
    assert web.post(url, {"through_on": TODAY.isoformat()}).status_code == 302
    account.refresh_from_db()
    assert account.feed_through_on == TODAY


def test_the_books_are_closed_forwards_only(manager: Browser) -> None:
    creditor = make_creditor()
    url = reverse("clients:close_books", args=[creditor.pk])
    assert manager.post(url, {"through_on": "2026-05-31"}).status_code == 302
    back = manager.post(url, {"through_on": "2026-04-30"})
    assert back.status_code == 200
    creditor.refresh_from_db()
    assert creditor.books_closed_on == dt.date(2026, 5, 31)
