"""Free work and the net margin as pages."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.models import Client, Creditor
from core.models import User
from credit.models import (
    CourseDecision,
    CreditReading,
    FreeEntry,
)
from credit.selectors.freeloading import freeloading_facts
from credit.services.freeloading_demo import tell_free_work
from credit.services.margins import refresh_margins
from credit.states import Assumed
from tests.credit.freeloading.cast import assumed, gift, invoiced, judged, noted, proven, said
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    signed_in,
)

pytestmark = pytest.mark.django_db


def test_two_fields_note_an_entry(client: Client, owner: User) -> None:
    browser, url = signed_in(owner), reverse("credit:free_entry_new", args=[client.pk])
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    reply = browser.post(url, {**data, "kind": "TRIAL", "hours": "1.5"})
    assert reply.status_code == 302, reply.context["form"].errors
    row = FreeEntry.objects.get()
    assert (row.kind, row.hours, row.happened_on) == ("TRIAL", Decimal("1.5"), TODAY)
    assert row.created_by == owner


def test_a_file_stands_behind_an_entry(client: Client, owner: User, manager: User) -> None:
    browser, url = signed_in(owner), reverse("credit:free_entry_new", args=[client.pk])
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    proof = SimpleUploadedFile("proof.txt", b"they asked for it")
    browser.post(url, {**data, "kind": "TRIAL", "amount": "1,500.00", "upload": proof})
    row = FreeEntry.objects.get()
    assert (row.amount, row.has_evidence) == (Decimal(1500), True)
    file = browser.get(reverse("credit:free_document", args=[row.pk]))
    assert b"".join(file.streaming_content) == b"they asked for it"  # type: ignore[attr-defined]
    page = signed_in(manager).get(reverse("credit:free_entry", args=[row.pk])).content.decode()
    assert "proof.txt" in page


def test_a_file_is_kept_by_the_service_too(client: Client) -> None:
    assert noted(client, upload=BytesIO(b"said"), filename="a.txt").document is not None


def test_verdict_reversal_reading_and_decision_have_pages(
    client: Client, creditor: Creditor, manager: User
) -> None:
    invoiced(client, creditor)
    entry, note = proven(client), make_credit_note(client, creditor, reason="Goodwill")
    browser = signed_in(manager)
    steps: list[tuple[str, list[Any], dict[str, str]]] = [
        ("free_judge", [entry.pk], {"verdict": "CONFIRMED", "reason": "asked"}),
        ("free_reverse", [entry.pk], {"reason": "wrong"}),
        ("credit_read", ["note", note.pk], {"nature": "CORRECTED", "reason": "ours"}),
        ("course", [client.pk], {"course": "PREPAY", "reason": "late again"}),
    ]
    for name, args, data in steps:
        url = reverse(f"credit:{name}", args=args)
        assert browser.get(url).status_code == 200
        assert browser.post(url, {}).status_code == 200, "nothing is written without a reason"
        assert browser.post(url, data).status_code == 302
    assert entry.judgements.count() == 1
    assert FreeEntry.objects.filter(reverses=entry).exists()
    assert CreditReading.objects.get(credit_note=note).nature == "CORRECTED"
    assert CourseDecision.objects.get().course == "PREPAY"
    page = browser.get(reverse("credit:freeloading_client", args=[client.pk])).content.decode()
    assert "late again" in page
    assert "taken back" in page


def test_a_refusal_is_told_on_the_page(client: Client, manager: User) -> None:
    entry = noted(client)
    data = {"verdict": "CONFIRMED", "reason": "asked"}
    reply = signed_in(manager).post(reverse("credit:free_judge", args=[entry.pk]), data)
    assert "Nothing stands behind this entry" in reply.content.decode()


def test_the_page_of_a_client_shows_each_line_and_leads_to_its_rows(
    client: Client, creditor: Creditor, owner: User
) -> None:
    invoiced(client, creditor)
    noted(client, gift(note="at their office"))
    browser = signed_in(owner)
    page = browser.get(reverse("credit:freeloading_client", args=[client.pk])).content.decode()
    assert "Keep" in page
    rows = reverse("credit:margin_rows", args=[client.pk, "CONSULTATION"]) + "?currency=CNY"
    assert rows in page
    shown = browser.get(rows).content.decode()
    assert "at their office" in shown
    assert "2.00 h at" in shown


def test_the_overview_is_paged_and_sorted_by_what_is_left(
    creditor: Creditor, manager: User, owner: User
) -> None:
    for number in range(3):
        one = make_client(owner=owner if number == 1 else None)
        invoiced(one, creditor, 3)
        noted(one, gift(hours=Decimal(number + 1)))
    url = reverse("credit:freeloading")
    rows = signed_in(manager).get(url).context["rows"]
    assert [one["net"] for one in rows] == ["CN¥0.00", "CN¥300.00", "CN¥600.00"]
    assert len(signed_in(owner).get(url).context["rows"]) == 1
    assert signed_in(manager).get(url, {"advice": "EXIT"}).context["rows"] == []


def test_lists_cost_the_same_whatever_their_length(
    client: Client, creditor: Creditor, manager: User
) -> None:
    browser = signed_in(manager)
    urls = [
        reverse("credit:freeloading"),
        reverse("credit:freeloading_client", args=[client.pk]),
        reverse("credit:margin_rows", args=[client.pk, "CONSULTATION"]) + "?currency=CNY",
        reverse("credit:assumptions"),
    ]

    def more() -> None:
        invoiced(client, creditor, 1)
        judged(proven(client), manager)
        make_credit_note(client, creditor)
        other = make_client()
        invoiced(other, creditor, 1)
        refresh_margins(on=TODAY, at=NOW)
        assumed(manager, Assumed.KEEP_AT, "1")

    more()
    for url in urls:
        browser.get(url)
    few = [count_queries(lambda url=url: browser.get(url)) for url in urls]  # type: ignore[misc]
    for _again in range(4):
        more()
    assert [count_queries(lambda url=url: browser.get(url)) for url in urls] == few  # type: ignore[misc]
    assert few == [5, 13, 9, 5]


def test_an_assumption_has_a_page_of_its_own(manager: User) -> None:
    browser = signed_in(manager)
    for name in Assumed:
        url = reverse("credit:assumption_new", args=[name])
        assert browser.get(url).status_code == 200
    url = reverse("credit:assumption_new", args=["HOUR_COST"]) + "?of=SALES&currency=EUR"
    form = browser.get(url).context["form"]
    assert form["value"].value() == 45
    data = {name: form[name].value() for name in form.fields}
    assert browser.post(url, {**data, "value": "48", "source": "payroll"}).status_code == 302
    assert "payroll" in browser.get(reverse("credit:assumptions")).content.decode()
    assert browser.get(reverse("credit:assumption_new", args=["DREAM"])).status_code == 404


def test_the_page_of_the_client_has_a_card(client: Client, creditor: Creditor, owner: User) -> None:
    invoiced(client, creditor)
    refresh_margins(on=TODAY, at=NOW)
    page = signed_in(owner).get(reverse("clients:client", args=[client.pk])).content.decode()
    assert "CN¥900.00" in page
    assert reverse("credit:free_entry_new", args=[client.pk]) in page


def test_the_demonstration_tells_of_clients_who_got_much(
    creditor: Creditor, owner: User, manager: User
) -> None:
    for number in range(10):
        one = make_client(owner=owner, language="zh-hans" if number % 2 else "en")
        invoiced(one, creditor, 3)
        said(one)
    tell_free_work(on=TODAY, at=NOW)
    assert FreeEntry.objects.count() == 2 * 6 + 3 * 2
    assert CourseDecision.objects.get().course == "PREPAY"
    assert {facts.times for facts in freeloading_facts(on=TODAY).values()} == {3}
    before = FreeEntry.objects.count()
    tell_free_work(on=TODAY, at=NOW)
    assert FreeEntry.objects.count() == before
