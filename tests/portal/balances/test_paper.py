"""The paper of a balance, and interest on it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client as Browser

from clients.models import Client, Creditor
from core.documents import read_document
from core.models import User
from portal.models import PortalLink
from portal.services import UnableToIssueLink
from tests.factories import TODAY, pay, signed_in
from tests.portal.conftest import Issue, opened

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_the_statement_is_frozen_with_its_paper(issue: Issue, phone: Browser) -> None:
    issued = issue(language="zh-hans")
    document = issued.link.document
    assert document is not None
    assert read_document(document).startswith(b"%PDF")
    url = opened(phone, issued)
    assert phone.get(f"{url}document/").headers["Content-Type"] == "application/pdf"
    assert "逾期利息及违约金" in issued.link.text


def test_by_default_interest_is_reserved_and_not_stated(issue: Issue) -> None:
    text = issue().link.text
    assert "principal only" in text
    assert "interest" not in issue().link.facts


def test_interest_is_stated_with_a_reason_only(issue: Issue, phone: Browser) -> None:
    with pytest.raises(UnableToIssueLink):
        issue(interest_reason=" ")
    link = issue(interest_reason="The client asked for it").link
    assert link.facts["interest"]["reason"] == "The client asked for it"
    assert "as stated" in link.text
    assert "principal only" not in link.text
    assert "The client asked" not in link.text


def test_the_form_warns_before_it_states_interest(
    client: Client, creditor: Creditor, owner: User
) -> None:
    web = signed_in(owner)
    contact = client.contacts.get()
    form = {
        "account": f"{creditor.pk}:CNY",
        "on": TODAY.isoformat(),
        "contact": contact.pk,
        "language": "en",
        "days": 14,
        "key": uuid.uuid4().hex,
        "with_interest": "on",
    }
    page = web.post(f"/links/statement/{client.pk}/", form).content.decode()
    assert not PortalLink.objects.exists()
    assert "art. 18" in page
    page = web.post(
        f"/links/statement/{client.pk}/",
        {**form, "interest_risk": "on", "interest_reason": "Asked for"},
    ).content.decode()
    assert PortalLink.objects.get().facts["interest"]["reason"] == "Asked for"


def test_a_payment_dated_back_makes_it_outdated_and_a_later_one_does_not(
    issue: Issue, phone: Browser, client: Client
) -> None:
    url = opened(phone, issue(on=TODAY - DAY))
    invoice = client.invoices.get(number="INV-1")
    pay(invoice, "10.00", on=TODAY)
    assert phone.get(url).status_code == 200
    pay(invoice, "10.00", on=TODAY - DAY)
    assert phone.get(url).status_code == 410
