"""An administrator adds the published rate a calculation was refused for."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from core.models import AuditEvent
from core.states import Role
from payments.models import InterestPreset, ReferenceRate
from payments.selectors.interest import interest_for_invoice
from tests.factories import make_client, make_creditor, make_invoice, make_user

pytestmark = pytest.mark.django_db
RATES = "/admin/payments/referencerate/"
PRESETS = "/admin/payments/interestpreset/"


def rate_form(**changes: Any) -> dict[str, Any]:
    return {
        "series": "ecb_mro_half_year",
        "effective_on": "2026-07-01",
        "percent": "2.15",
        "source": "ECB, 1 July 2026",
        "verified_by": "A. Clerk",
        "verified_on": "2026-07-02",
    } | changes


def preset_form(**changes: Any) -> dict[str, Any]:
    row = InterestPreset.objects.get(code="de_288")
    return {
        "code": row.code,
        "effective_on": "2027-01-01",
        "name": row.name,
        "name_zh": row.name_zh,
        "parameters": json.dumps(row.parameters),
        "source": row.source,
        "verified_by": "",
        "verified_on": "",
    } | changes


@pytest.fixture
def browser(client: Browser) -> Browser:
    """Signed in as an administrator who is no superuser."""
    client.force_login(make_user(Role.ADMIN))
    return client


def test_the_rate_added_makes_the_calculation_possible(browser: Browser) -> None:
    creditor = make_creditor(country="DE", currency="EUR")
    invoice = make_invoice(make_client(), creditor, due_on=dt.date(2026, 6, 10))
    until = dt.date(2026, 7, 10)
    before = interest_for_invoice(invoice=invoice, until=until, preset="eu_2011_7")
    assert before.problem is not None
    assert browser.post(f"{RATES}add/", rate_form()).status_code == 302
    after = interest_for_invoice(invoice=invoice, until=until, preset="eu_2011_7")
    assert after.calculation is not None


def test_adding_and_correcting_a_rate_is_recorded(browser: Browser) -> None:
    browser.post(f"{RATES}add/", rate_form())
    row = ReferenceRate.objects.get(effective_on=dt.date(2026, 7, 1), series="ecb_mro_half_year")
    browser.post(f"{RATES}{row.pk}/change/", rate_form(percent="2.40"))
    row.refresh_from_db()
    assert row.percent == Decimal("2.40")
    events = AuditEvent.objects.filter(action="payments.publish_rate").order_by("seq")
    added, corrected = (json.loads(event.payload)["data"] for event in events)
    assert (added["before"], corrected["before"]) == (None, "2.15000")


@pytest.mark.parametrize(
    "changes",
    [
        {"verified_by": ""},
        {"verified_on": ""},
        {"series": "libor"},
        {"percent": "1000"},
        {"source": ""},
        {"effective_on": "2026-01-01"},  # this half-year is there already
    ],
)
def test_a_rate_that_does_not_hold_together_is_refused(
    browser: Browser, changes: dict[str, str]
) -> None:
    count = ReferenceRate.objects.count()
    assert browser.post(f"{RATES}add/", rate_form(**changes)).status_code == 200
    assert ReferenceRate.objects.count() == count


def test_a_rule_that_cannot_be_read_is_refused_by_name(browser: Browser) -> None:
    broken = json.dumps({"use": "interest", "jurisdiction": "DE", "basis": 366})
    page = browser.post(f"{PRESETS}add/", preset_form(parameters=broken))
    assert page.status_code == 200
    assert "basis must be 360 or 365" in page.content.decode()
    assert not AuditEvent.objects.filter(action="payments.publish_preset").exists()


def test_a_new_wording_of_a_rule_is_a_new_row(browser: Browser) -> None:
    assert browser.post(f"{PRESETS}add/", preset_form()).status_code == 302
    assert InterestPreset.objects.filter(code="de_288").count() == 2
    assert AuditEvent.objects.filter(action="payments.publish_preset").count() == 1


def test_nobody_deletes_a_rate(browser: Browser) -> None:
    row = ReferenceRate.objects.earliest("effective_on")
    assert browser.post(f"{RATES}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert ReferenceRate.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE, Role.MANAGER])
def test_others_do_not_enter(client: Browser, role: Role) -> None:
    client.force_login(make_user(role))
    assert client.post(f"{RATES}add/", rate_form()).status_code in {302, 404}
    assert not ReferenceRate.objects.filter(
        effective_on=dt.date(2026, 7, 1), percent="2.15"
    ).exists()
