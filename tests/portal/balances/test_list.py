"""The list of balances, and who sees what."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from clients.models import Client
from core.models import User
from core.states import Role
from portal.models import LinkReminder, PortalLink
from portal.selectors.balances import balances_in, state_of, with_answers
from portal.services import revoke_link
from portal.states import StatementState
from tests.factories import NOW, count_queries, make_user, signed_in
from tests.portal.conftest import Issue, answer, opened

pytestmark = pytest.mark.django_db


def test_each_state_is_filtered_as_it_is_shown(
    issue: Issue, phone: Browser, owner: User, sent: list[tuple[str, bytes]]
) -> None:
    issue()
    opened(phone, issue())
    phone.post(opened(phone, issue()), answer())
    phone.post(opened(phone, issue()), answer(choice="PARTLY", amount_1="1"))
    phone.post(opened(phone, issue()), answer(choice="OBJECTED", remark="no"))
    revoke_link(link=issue().link, reason="x", actor=None, at=NOW)
    LinkReminder.objects.filter(link=issue().link).update(followed_up_at=NOW)
    every = PortalLink.objects.all()
    shown = {one.pk: state_of(one, NOW) for one in with_answers(balances_in(every, None, NOW))}
    assert sorted(shown.values()) == sorted(StatementState)
    for state in StatementState:
        found = set(balances_in(every, state, NOW).values_list("pk", flat=True))
        assert found == {pk for pk, one in shown.items() if one is state}, state
    web = signed_in(owner)
    for state in ("", *StatementState):
        page = web.get(f"/links/balances/?show={state}")
        assert page.status_code == 200


def test_the_list_takes_the_same_queries_for_any_length(issue: Issue, owner: User) -> None:
    web = signed_in(owner)
    issue()
    web.get("/links/balances/")
    few = count_queries(lambda: web.get("/links/balances/"))
    for _n in range(4):
        issue()
    assert count_queries(lambda: web.get("/links/balances/")) == few <= 8


def test_a_stranger_sees_no_balance(issue: Issue) -> None:
    issue()
    web = signed_in(make_user(Role.SALES))
    assert web.get("/links/balances/").context["rows"] == []


def test_the_invoice_and_the_client_say_what_was_acknowledged(
    issue: Issue, phone: Browser, owner: User, client: Client
) -> None:
    phone.post(opened(phone, issue()), answer(choice="PARTLY", remark_2="Never came"))
    web = signed_in(owner)
    contested = web.get(f"/payments/invoices/{client.invoices.get(number='INV-2').pk}/")
    assert "Never came" in contested.content.decode()
    assert "Wang Fang" in contested.content.decode()
    page = web.get(f"/clients/{client.pk}/").content.decode()
    assert 'id="balances"' in page
