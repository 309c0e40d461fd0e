"""The library of texts: what is refused on saving, and with which facts a text is written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from clients.models import BankAccount, Client, Creditor
from clients.states import Language
from core.models import AuditEvent
from core.states import Role
from disputes.services import open_dispute
from interactions.models import MessageTemplate, ToneOverride
from interactions.rules.placeholders import fill, names_in, stray_braces, unknown_names
from interactions.selectors.facts import Occasion, facts_for, known_facts
from interactions.selectors.texts import newest_text, write_text
from interactions.selectors.tone import check_text
from interactions.services import UnableToSay
from interactions.services.texts import UnableToSaveText, save_text
from interactions.states import Situation, TextChannel
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

DATA = Path(__file__).parents[2] / "interactions" / "data" / "templates.json"
pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def filed(**fields: Any) -> dict[str, Any]:
    return {
        "situation": "OVERDUE_FIRST",
        "channel": "MAIL",
        "tone": "WARM",
        "name": "Mine",
        "name_zh": "我的",
        "position": 500,
        "is_active": True,
        **fields,
    }


WORDS = {
    "subject": "Open invoices of {client_name}",
    "body": "Dear {contact_name}, {open_total} is open.",
    "subject_zh": "{client_name}未付账单",
    "body_zh": "{contact_name}，您好：尚余{open_total}未付。",
}


def save(**changes: Any) -> MessageTemplate:
    return save_text(
        template=changes.pop("template", None),
        fields=filed(**changes.pop("fields", {})),
        wording={**WORDS, **changes.pop("wording", {})},
        tone_reason=changes.pop("tone_reason", ""),
        actor=make_user(Role.MANAGER),
        at=NOW,
    )


# --- what is shipped ---------------------------------------------------------------------------


def test_every_situation_has_a_mail_in_both_languages_with_known_facts_and_a_calm_tone() -> None:
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    mails = {row["situation"] for row in rows if row["channel"] == "MAIL"}
    assert mails == set(Situation.values)
    assert len(mails) >= 16
    for row in rows:
        for name, language in (("body", "en"), ("body_zh", "zh-hans")):
            assert row[name], row["code"]
            assert unknown_names(row[name], known_facts()) == []
            assert stray_braces(row[name]) == []
            assert not check_text(row[name], language=language), row["code"]
            subject = row[name.replace("body", "subject")]
            assert bool(subject) == (row["channel"] == "MAIL")
            assert not check_text(subject, language=language)
        both = [set(names_in(row["subject"] + row["body"])) for row in [row]]
        assert both == [set(names_in(row["subject_zh"] + row["body_zh"]))], row["code"]


# --- placeholders ------------------------------------------------------------------------------


def test_a_fact_is_text_and_never_filled_in_again() -> None:
    filled = fill("{a} and {b} and {c}", {"a": "{b}", "b": "B", "c": ""})
    assert filled.text == "{b} and B and {c}"
    assert filled.missing == ("c",)


@pytest.mark.parametrize(
    ("text", "stray"), [("{a}", 0), ("{A}", 2), ("{ a }", 2), ("a { b", 1), ("{a}}", 1)]
)
def test_braces_that_hold_no_name_are_found(text: str, stray: int) -> None:
    assert len(stray_braces(text)) == stray


# --- saving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "field", "said"),
    [
        ({"body": "Dear {contact}, hello"}, "body", "{contact}"),
        ({"body_zh": "您好 {open_totals}"}, "body_zh", "{open_totals}"),
        ({"subject": "{client_nam}"}, "subject", "{client_nam}"),
        ({"body": "An {odd brace"}, "body", "brace"),
        ({"body_zh": ""}, "body_zh", "both languages"),
        ({"subject": ""}, "subject", "both languages"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_by_name(
    wording: dict[str, str], field: str, said: str
) -> None:
    with pytest.raises(UnableToSaveText) as refused:
        save(wording=wording)
    assert refused.value.field == field
    assert said in str(refused.value)
    assert not MessageTemplate.objects.filter(name="Mine").exists()


def test_a_text_is_checked_for_its_tone_in_both_languages() -> None:
    with pytest.raises(UnableToSay) as refused:
        save(wording={"body_zh": "再不付款后果自负"})
    assert refused.value.field == "body_zh"
    with pytest.raises(UnableToSay):
        save(wording={"body": "Pay now!!"})
    row = save(wording={"body": "Pay now!!"}, tone_reason="Asked for by the board")
    about = f"{newest_text(row)._meta.label_lower}:{newest_text(row).pk}"
    kept = ToneOverride.objects.get()
    assert f"{kept.about_type}:{kept.about_id}" == about


def test_a_change_is_a_new_version_and_a_change_of_the_filing_is_not() -> None:
    row = save()
    save(template=row, fields={"position": 7})
    assert row.versions.count() == 1
    save(template=row, wording={"body": "Hello {contact_name}"})
    assert list(row.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert newest_text(row).body == "Hello {contact_name}"
    assert AuditEvent.objects.filter(action="interactions.save_text").count() == 3


def test_the_database_keeps_every_version() -> None:
    save()
    table = "interactions_messagetemplateversion"
    for sql in (f"UPDATE {table} SET body = 'x'", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match="refused"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


# --- facts -------------------------------------------------------------------------------------


@pytest.fixture
def creditor() -> Creditor:
    row = make_creditor()
    BankAccount.objects.create(
        creditor=row,
        label="CNY",
        bank_name="Bank",
        account_name="Own",
        account_number="123",
        currency="CNY",
    )
    return row


def occasion(client: Client, creditor: Creditor, **fields: Any) -> Occasion:
    return Occasion(client=client, creditor=creditor, on=TODAY, **fields)


def test_money_facts_are_what_is_open_undisputed_and_not_covered_by_credit(
    creditor: Creditor,
) -> None:
    client = make_client(language=Language.EN)
    late = make_invoice(
        client, creditor=creditor, amount=Decimal(1000), due_on=TODAY - 30 * DAY, number="A1"
    )
    make_invoice(
        client, creditor=creditor, amount=Decimal(500), due_on=TODAY + 5 * DAY, number="A2"
    )
    open_dispute(
        invoice=late,
        amount=Decimal(300),
        reason="QUALITY",
        note="x",
        actor=make_user(),
        on=TODAY,
        at=NOW,
    )
    make_receipt(client, creditor=creditor, amount=Decimal(100))
    facts = facts_for(occasion(client, creditor))
    # 1000 less 300 disputed less 100 credit, and 500 that is not due yet.
    assert facts["overdue_total"] == "CN¥600.00"
    assert facts["open_total"] == "CN¥1,100.00"
    assert facts["days_overdue"] == "30"
    assert "A1" in facts["invoice_table"]
    assert "CN¥600.00" in facts["invoice_table"]
    assert "credit of CN¥100.00" in facts["invoice_table"]
    assert "123" in facts["pay_link_note"]
    assert facts["received_amount"] == "CN¥100.00"
    other = facts_for(occasion(make_client(), creditor))
    assert not {"open_total", "overdue_total", "invoice_table"} & set(other)


def test_facts_are_in_the_language_of_the_client(creditor: Creditor) -> None:
    client = make_client(language=Language.ZH)
    make_invoice(client, creditor=creditor, amount=Decimal(1000), due_on=TODAY - DAY)
    facts = facts_for(occasion(client, creditor, deadline=TODAY))
    assert facts["open_total"] == "¥1,000.00"
    assert "合计" in facts["invoice_table"]
    assert "年" in facts["deadline"]


def test_a_text_says_which_facts_are_missing(creditor: Creditor) -> None:
    client = make_client(language=Language.EN)
    written = write_text(
        newest_text(MessageTemplate.objects.get(code="promise-broken-mail")),
        occasion(client, creditor),
    )
    assert set(written.missing) >= {"promise_amount", "promise_due_on", "invoice_table", "deadline"}
    assert "{promise_amount}" in written.body
    assert "the amount of the latest promise" in written.missing_labels()


def test_a_name_with_line_breaks_stays_on_its_line(creditor: Creditor) -> None:
    client = make_client(legal_name="Evil\r\nBcc: all@x.example", language=Language.EN)
    written = write_text(
        newest_text(MessageTemplate.objects.get(code="overdue-first-mail")),
        occasion(client, creditor),
    )
    assert "\n" not in written.subject
    assert "\r" not in written.subject


# --- pages -------------------------------------------------------------------------------------


def test_the_page_shows_a_text_with_the_facts_of_a_client_one_sees(creditor: Creditor) -> None:
    owner = make_user(Role.SALES)
    mine, other = make_client(owner=owner, language=Language.EN), make_client(language=Language.EN)
    for client in (mine, other):
        make_contact(client, name=f"Contact of {client.pk}")
        make_invoice(client, creditor=creditor, amount=Decimal(77), due_on=TODAY - DAY)
    web = signed_in(owner)
    row = MessageTemplate.objects.get(code="overdue-first-mail")
    url = reverse("interactions:text", args=[row.pk])
    assert "CN¥77.00" in web.get(url, {"client": mine.code}).content.decode()
    hidden = web.get(url, {"client": other.code}).content.decode()
    assert "CN¥77.00" not in hidden
    assert "There is no client" in hidden


def test_managers_write_and_change_texts_on_the_page() -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("interactions:text_new")
    sent = {**filed(is_active="on"), **WORDS}
    assert (
        "Nobody knows these facts" in web.post(url, {**sent, "body": "{nobody}"}).content.decode()
    )
    blocked = web.post(url, {**sent, "body": "Pay or else!"}).content.decode()
    assert 'value="body:0"' in blocked
    assert web.post(url, sent).status_code == 302
    row = MessageTemplate.objects.get(name="Mine")
    edit = reverse("interactions:text_edit", args=[row.pk])
    assert web.post(edit, {**sent, "body": "Hello {contact_name}"}).status_code == 302
    assert row.versions.count() == 2


def test_the_queries_of_the_library_do_not_grow() -> None:
    web: Browser = signed_in(make_user(Role.MANAGER))
    url = reverse("interactions:texts")
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for place in range(3):
        save(fields={"name": f"Text {place}", "channel": TextChannel.MAIL})
    assert count_queries(lambda: web.get(url)) == before <= 8
