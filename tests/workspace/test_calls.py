"""A call in two clicks, and all that comes of it; the rules before it, the truth after it."""

import datetime as dt
import io
import wave
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils.translation import override

from clients.models import Client, Contact
from core.models import AuditEvent, Document
from core.states import Role
from disputes.models import Dispute
from interactions.models import ContactBreach, ContactPolicy, FollowUp, Interaction, RefusalLift
from interactions.services import (
    PolicyTerms,
    UnableToContact,
    UnableToSetRules,
    contact_check,
    lift_refusal,
    log_interaction,
    set_contact_policy,
)
from payments.models import Promise
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)
from workspace.services.calls import log_conversation

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
# NOW is Monday 15 June 2026, 10:00 in Shanghai.
NIGHT = NOW.replace(hour=15, minute=30)  # 23:30 in Shanghai


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def debtor() -> tuple[Client, Contact]:
    client = make_client(country="CN")
    return client, make_contact(client, phone="+86 10 1234", is_primary=True)


def address(client: Client, route: str = "interactions:call", **query: Any) -> str:
    given = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse(route)}?client={client.pk}&{given}"


def posted(contact: Contact | None, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "CALL",
        "direction": "OUT",
        "contact": contact.pk if contact else "",
        "outcome": "ANSWERED",
    } | fields


def wav() -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(b"\x00\x01" * 4000)
    return sound.getvalue()


def test_the_phone_in_the_header_knows_the_client_and_what_the_page_shows(web: Browser) -> None:
    client, contact = debtor()
    invoice = make_invoice(client, make_creditor())
    page = web.get(reverse("payments:invoice", args=[invoice.pk])).content.decode()
    query = f"client={client.pk}&amp;next=%2Finvoices%2F{invoice.pk}%2F"
    assert f"about=payments.invoice%3A{invoice.pk}" in page
    assert f"/interactions/call/?client={client.pk}" in page, query
    home = web.get(reverse("workspace:home")).content.decode()
    assert 'href="/interactions/call/"' in home
    form = web.get(address(client, about=f"payments.invoice:{invoice.pk}"))
    assert form.context["form"].initial["contact"] == contact
    assert b"0 of 3 this week" in form.content
    assert b"tel:+86 10 1234" in form.content


def test_opening_it_and_pressing_an_outcome_is_all(web: Browser) -> None:
    client, contact = debtor()
    invoice = make_invoice(client, make_creditor())
    url = address(client, about=f"payments.invoice:{invoice.pk}", next="/overdue/")
    form = web.get(url).context["form"]
    hidden = {one.html_name: one.value() for one in form.hidden_fields()}
    data = posted(contact, outcome="NO_ANSWER", about_invoices=hidden["about_invoices"])
    answer = web.post(url, data)
    assert (answer.status_code, answer["Location"]) == (302, "/overdue/")
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction, entry.outcome) == ("CALL", "OUT", "NO_ANSWER")
    assert (entry.contact, entry.occurred_at) == (contact, NOW)
    assert entry.links.get().about_id == str(invoice.pk)


def test_call_back_later_plans_the_next_action_by_itself(web: Browser) -> None:
    client, contact = debtor()
    url = address(client)
    assert web.post(url, posted(contact, outcome="RESCHEDULE")).status_code == 200
    assert not Interaction.objects.exists()
    data = posted(contact, outcome="RESCHEDULE", call_back_on="2026-06-18")
    assert web.post(url, data).status_code == 302
    row = FollowUp.objects.get()
    assert row.due_on == dt.date(2026, 6, 18)
    assert contact.name in row.text
    assert row.interaction == Interaction.objects.get()


def test_a_promise_and_a_dispute_are_recorded_with_the_call_and_linked(web: Browser) -> None:
    client, contact = debtor()
    creditor = make_creditor()
    invoice = make_invoice(client, creditor, "1000.00")
    data = posted(
        contact,
        outcome="PROMISED",
        promise_balance=client.balances.get().pk,
        promise_amount="400",
        promise_due_on="2026-06-30",
    )
    assert web.post(address(client), data).status_code == 302
    promise = Promise.objects.get()
    assert (promise.amount, promise.interaction) == (Decimal(400), Interaction.objects.get())
    assert promise.interaction is not None
    assert {link.about_type for link in promise.interaction.links.all()} == {"payments.promise"}
    with time_machine.travel(NOW + DAY, tick=False):
        data = posted(
            contact,
            outcome="DISPUTED",
            dispute_invoice=invoice.pk,
            dispute_amount="100",
            dispute_reason="QUALITY",
        )
        assert web.post(address(client), data).status_code == 302
    entry = Interaction.objects.latest("pk")
    links = {(link.about_type, link.about_id) for link in entry.links.all()}
    assert links == {
        ("payments.invoice", str(invoice.pk)),
        ("disputes.dispute", str(Dispute.objects.get().pk)),
    }


def test_what_does_not_hold_leaves_nothing_behind(web: Browser) -> None:
    client, contact = debtor()
    invoice = make_invoice(client, make_creditor(), "1000.00")
    data = posted(
        contact,
        outcome="DISPUTED",
        dispute_invoice=invoice.pk,
        dispute_amount="5000",
        dispute_reason="QUALITY",
    )
    assert web.post(address(client), data).status_code == 200
    assert not Interaction.objects.exists()


def whole(contact: Contact, **fields: Any) -> dict[str, Any]:
    return posted(contact, occurred_at="2026-06-15T09:30", body="They will pay") | fields


def test_files_and_a_recording_are_kept_with_the_entry(web: Browser) -> None:
    client, contact = debtor()
    url = address(client, "interactions:log")
    sound = SimpleUploadedFile("call.wav", wav())
    data = whole(
        contact,
        attachments=[SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")],
        recording=sound,
        jurisdiction="CN",
    )
    page = web.post(url, data)
    assert b"knew that it was recorded" in page.content
    for file in [*data["attachments"], sound]:
        file.seek(0)
    assert web.post(url, data | {"consent": "GIVEN", "recording_note": "First"}).status_code == 302
    rows = list(Interaction.objects.get().attachments.all())
    assert [row.document.original_name for row in rows] == ["a.txt", "b.txt", "call.wav"]
    assert (rows[2].recording.consent, rows[2].recording.jurisdiction) == ("GIVEN", "CN")
    player = web.get(reverse("interactions:list", args=[client.pk])).content.decode()
    assert f'src="/interactions/documents/{rows[2].pk}/?inline"' in player
    assert "Asked, and given" in player


def test_a_recording_that_is_none_is_refused_and_nothing_is_logged(web: Browser) -> None:
    client, contact = debtor()
    data = whole(contact, recording=SimpleUploadedFile("call.wav", b"not a sound"), consent="TOLD")
    page = web.post(address(client, "interactions:log"), data)
    assert b"This is no recording" in page.content
    assert not Interaction.objects.exists()
    assert not Document.objects.exists()


def test_the_note_on_recordings_is_that_of_the_place(web: Browser) -> None:
    client, _ = debtor()
    page = web.get(address(client, "interactions:log")).content.decode()
    assert "Interpretation of the Civil Procedure Law" in page
    for place, said in [("DE", "201"), ("US-CA", "632"), ("FR", "Elsewhere"), ("", "Elsewhere")]:
        fragment = web.get(reverse("interactions:place_note"), {"jurisdiction": place})
        assert said in fragment.content.decode()


# --- Rules -----------------------------------------------------------------------------------


def log(
    client: Client, contact: Contact | None, at: dt.datetime = NOW, **fields: Any
) -> Interaction:
    given = {"kind": "CALL", "direction": "OUT", "body": "They will pay", "outcome": ""} | fields
    return log_conversation(
        client=client,
        contact=contact,
        occurred_at=at,
        on=TODAY,
        actor=make_user(),
        at=max(at, NOW),
        **given,
    )


def test_a_second_call_that_day_warns_before_and_is_noted_after(web: Browser) -> None:
    client, contact = debtor()
    log(client, contact, NOW - dt.timedelta(minutes=30))
    page = web.get(address(client)).content.decode()
    assert "1 of 1 call today, 1 of 3 this week." in page
    assert web.post(address(client), posted(contact)).status_code == 302
    breach = ContactBreach.objects.get()
    assert (breach.rule, breach.mode, breach.calls_today) == ("FREQUENCY", "WARN", 1)


def blocking(**fields: Any) -> ContactPolicy:
    terms: dict[str, Any] = {
        "opens": dt.time(9),
        "closes": dt.time(18),
        "per_day": 1,
        "per_week": 3,
        "hours_mode": "BLOCK",
        "frequency_mode": "BLOCK",
        "authorised_mode": "BLOCK",
        "refusal_mode": "BLOCK",
        "opt_out_mode": "BLOCK",
        "source": "House rule",
    } | fields
    return set_contact_policy(
        country="CN",
        effective_on=TODAY,
        terms=PolicyTerms(**terms),
        actor=None,
        at=NOW,
    )


def test_what_is_blocked_is_refused_and_says_when_it_would_be_allowed(web: Browser) -> None:
    client, contact = debtor()
    blocking()
    with time_machine.travel(NIGHT, tick=False):
        before = web.get(address(client)).content.decode()
        assert "tel:" not in before
        page = web.post(address(client), posted(contact)).content.decode()
        assert "Allowed from 16 Jun 2026, 09:00" in page
        assert not Interaction.objects.exists()
        # It took place all the same: the log does not lie.
        data = posted(contact, took_place="on")
        assert web.post(address(client), data).status_code == 302
    breach = ContactBreach.objects.get()
    assert (breach.rule, breach.mode) == ("HOURS", "BLOCK")
    assert breach.local_time == "2026-06-15T23:30+08:00"
    manager = signed_in(make_user(Role.MANAGER))
    listed = manager.get(reverse("interactions:breaches")).content.decode()
    assert client.legal_name in listed
    assert web.get(reverse("interactions:breaches")).status_code == 404


def test_a_call_that_was_received_is_no_breach_and_counts_for_nothing() -> None:
    client, contact = debtor()
    blocking()
    with time_machine.travel(NIGHT, tick=False):
        log(client, contact, NIGHT, direction="IN")
    assert not ContactBreach.objects.exists()
    assert contact_check(client, contact, "CALL", NOW).counts.week == 0


def test_a_corrected_call_counts_once() -> None:
    client, contact = debtor()
    entry = log(client, contact, NOW - DAY * 0.01)
    log_interaction(
        client=client,
        kind="CALL",
        direction="OUT",
        occurred_at=entry.occurred_at,
        body="Right",
        contact=contact,
        corrects=entry,
        actor=None,
        at=NOW,
    )
    assert contact_check(client, contact, "CALL", NOW).counts.today == 1


def test_a_refusal_stops_calls_until_a_manager_lifts_it_with_a_reason(web: Browser) -> None:
    client, contact = debtor()
    log(client, contact, NOW - DAY * 3, outcome="REFUSED")
    colleague = make_contact(client)
    assert contact_check(client, colleague, "CALL", NOW).allowed
    with pytest.raises(UnableToContact, match="refused to talk"):
        log(client, contact)
    url = reverse("interactions:refusal_lift", args=[contact.pk])
    assert web.post(url, {"reason": "x"}).status_code == 404
    manager = signed_in(make_user(Role.MANAGER))
    assert manager.post(url, {"reason": " "}).status_code == 200
    assert manager.post(url, {"reason": "She wrote that we may call"}).status_code == 302
    assert RefusalLift.objects.get().reason == "She wrote that we may call"
    assert AuditEvent.objects.filter(action="interactions.lift_refusal").exists()
    assert log(client, contact).pk
    with pytest.raises(UnableToContact, match="has not refused"):
        lift_refusal(contact=contact, reason="again", actor=make_user(), at=NOW)


def test_correcting_a_refusal_keeps_it_unless_the_correction_says_otherwise(web: Browser) -> None:
    client, contact = debtor()
    entry = log(client, contact, NOW - DAY * 3, outcome="REFUSED")
    url = reverse("interactions:correct", args=[entry.pk])
    form = web.get(url).context["form"]
    assert form["outcome"].value() == "REFUSED"
    web.post(url, {"body": "She said: not today", "outcome": "REFUSED"})
    assert not contact_check(client, contact, "CALL", NOW).allowed
    later = Interaction.objects.get(corrects=entry)
    again = reverse("interactions:correct", args=[later.pk])
    web.post(again, {"body": "She only asked to call later", "outcome": "RESCHEDULE"})
    assert contact_check(client, contact, "CALL", NOW).allowed


def test_who_opted_out_or_is_not_named_is_not_called() -> None:
    client, contact = debtor()
    blocking()
    contact.opted_out_at = NOW - DAY
    contact.save()
    with pytest.raises(UnableToContact, match="not to be reminded"):
        log(client, contact)
    with pytest.raises(UnableToContact, match="nobody who may be told"):
        log(client, None)


def test_the_newest_row_of_the_country_holds_from_its_day(web: Browser) -> None:
    client, contact = debtor()
    elsewhere = make_client(country="FR")
    blocking(per_week=5)
    assert contact_check(client, contact, "CALL", NOW).counts.per_week == 5
    assert contact_check(client, contact, "CALL", NOW - DAY).counts.per_week == 3
    assert contact_check(elsewhere, None, "CALL", NOW).counts.per_week == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"closes": dt.time(9)}, "hours end after"),
        ({"per_week": 0}, "At least one"),
        ({"source": " "}, "where these rules"),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(UnableToSetRules, match=said):
        blocking(**fields)


def test_a_manager_enters_rules_and_the_record_says_so() -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("interactions:policy_new")
    form = web.get(url, {"country": "CN"}).context["form"]
    data = {name: form[name].value() for name in form.fields} | {"source": "Board of 1 June"}
    data |= {"opens": "08:30", "closes": "17:30", "effective_on": "2026-06-15"}
    assert web.post(url, data).status_code == 302
    row = ContactPolicy.objects.latest("pk")
    assert (row.country, row.opens, row.source) == ("CN", dt.time(8, 30), "Board of 1 June")
    assert AuditEvent.objects.filter(action="interactions.set_contact_policy").exists()
    assert "Board of 1 June" in web.get(reverse("interactions:policies")).content.decode()


def test_the_form_is_in_chinese_too() -> None:
    client, _ = debtor()
    web = signed_in(make_user(Role.FINANCE, language="zh-hans"))
    with override("zh-hans"):
        page = web.get(address(client), headers={"accept-language": "zh-hans"}).content.decode()
    assert "本周 0/3 次" in page
