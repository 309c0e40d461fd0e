"""What every action can count on: once or again, refused and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client as Browser

from clients.models import Client, Creditor
from core.dates import now
from core.errors import Refusal
from core.models import AuditEvent
from portal.models import PortalAct, PortalVisit
from portal.selectors.verify import acts_agree, acts_recorded
from portal.services import (
    Issued,
    PortalAction,
    Question,
    Submission,
    actions,
    issue_link,
    register,
    revoke_link,
)
from portal.states import LinkState
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
Ask = Callable[..., Issued]


class UnableToPlease(Refusal):
    """What a lower room might say."""


def refuse(submission: Submission) -> None:
    assert submission.act.pk
    raise UnableToPlease("Not on a Sunday.")


@pytest.fixture
def ask(client: Client, creditor: Creditor) -> Iterator[Ask]:
    """`ask(perform=…, is_repeatable=True)`: a link with an action of this test's own."""
    code = "test.ask"

    def make(*, perform: Callable[[Submission], None], is_repeatable: bool = False) -> Issued:
        action = register(
            PortalAction(
                code=code,
                title="Test",
                question="May we?",
                thanks="Thanks.",
                template="portal/_text.html",
                perform=perform,
                is_repeatable=is_repeatable,
            )
        )
        return issue_link(
            action=action,
            client=client,
            creditor=creditor,
            question=Question(subject=client, text="May we?", facts={}),
            language="en",
            contact=None,
            days=7,
            key=uuid.uuid4().hex,
            actor=None,
            at=now(),
        )

    yield make
    actions._actions.pop(code, None)


def typed(name: str = "Li Lei") -> dict[str, str]:
    return {"name": name, "key": uuid.uuid4().hex}


def test_one_that_may_be_repeated_takes_each_answer_once(ask: Ask, phone: Browser) -> None:
    done: list[str] = []
    issued = ask(perform=lambda one: done.append(one.act.typed_name), is_repeatable=True)
    url = opened(phone, issued)
    first = typed("Li Lei")
    for filled in (first, first, typed("Han Meimei")):
        assert phone.post(url, filled).status_code == 302
    assert done == ["Li Lei", "Han Meimei"]
    page = phone.get(url).content.decode()
    assert "Answered by Han Meimei" in page
    assert "You may answer again." in page
    issued.link.refresh_from_db()
    assert issued.link.state_at(now()) is LinkState.ACTED
    assert [*acts_agree(), *acts_recorded()] == []
    assert revoke_link(link=issued.link, reason="Enough", actor=None, at=now())
    assert phone.post(url, typed()).status_code == 410
    assert PortalAct.objects.count() == 2


def test_what_the_room_refuses_is_told_and_leaves_no_answer(ask: Ask, phone: Browser) -> None:
    url = opened(phone, ask(perform=refuse))
    before = AuditEvent.objects.filter(action="portal.answer").count()
    response = phone.post(url, typed())
    assert response.status_code == 200
    assert "Not on a Sunday." in response.content.decode()
    assert not PortalAct.objects.exists()
    assert AuditEvent.objects.filter(action="portal.answer").count() == before
    assert PortalVisit.objects.get(what="REFUSED").reason == "NOT_POSSIBLE"


def test_a_code_belongs_to_one_action(ask: Ask) -> None:
    ask(perform=refuse)
    with pytest.raises(ValueError, match="registered already"):
        ask(perform=refuse)
