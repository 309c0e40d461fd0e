"""One row of everything about how far a client is trusted."""

import datetime as dt
from decimal import Decimal
from typing import Any

from clients.services import create_client, update_client
from credit.models import CreditNotice, LimitRequest, NoticeTo, RelatedPair
from credit.services.appeals import receive_appeal
from credit.services.behaviours import propose_behaviour
from credit.services.holds import ask_for_hold
from credit.services.monitoring import record_look
from credit.services.related import compare_clients
from credit.services.scores import score_clients
from credit.services.standing import set_override
from credit.states import StandingPart
from tests.factories import NOW, TODAY
from tests.permissions.principals import MARK, World


def trust(world: World, client: Any) -> None:
    """A limit set by hand and a hold that a colleague proposed."""
    override = set_override(
        client=client,
        part=StandingPart.LIMIT,
        value=Decimal(1_000_000),
        reason=f"{MARK} limit",
        expires_on=TODAY + dt.timedelta(days=300),
        actor=world.users["manager"],
        at=NOW,
    )
    hold = ask_for_hold(client=client, reason=f"{MARK} hold", actor=world.users["owner"], at=NOW)
    asked = LimitRequest.objects.create(
        client=client,
        contract_id=world.keys["contract"],
        version_number=0,
        amount=Decimal(9),
        currency="CNY",
        limit=Decimal(1),
        exposure=Decimal(9),
        note=f"{MARK} note",
        asked_at=NOW,
        asked_by=world.users["owner"],
    )
    score_clients(on=TODAY, at=NOW)
    world.keys |= {
        "standing_override": override.pk,
        "credit_hold": hold.pk,
        "limit_request": asked.pk,
        "score": client.current_score.snapshot_id,
    }
    doubt(world, client)
    _watch(world, client)
    _relate(world, client)


def doubt(world: World, client: Any) -> None:
    """A proposed behaviour, and an appeal against another decision that is being looked at."""
    entry = client.interactions.order_by("pk")[0]
    behaviour = propose_behaviour(
        client=client,
        kind="demands",
        what=f"{MARK} asked for more than agreed",
        happened_on=TODAY,
        evidence=[("interaction", entry)],
        key="world",
        actor=world.users["owner"],
        on=TODAY,
        at=NOW,
    )
    appeal = receive_appeal(
        client=client,
        against="OTHER",
        decision=f"{MARK} decision",
        grounds=f"{MARK} grounds",
        channel="MAIL",
        received_on=TODAY,
        interaction=entry,
        key="world",
        actor=world.users["owner"],
        on=TODAY,
        at=NOW,
    )
    world.keys |= {"behaviour": behaviour.pk, "appeal": appeal.pk}


def _watch(world: World, client: Any) -> None:
    """A look at the client, and a notice that everybody was told of, whoever may see it now."""
    record_look(
        client=client,
        outcome="WATCH",
        found=f"{MARK} look",
        next_on=None,
        key="world",
        on=TODAY,
        actor=world.users["owner"],
        at=NOW,
    )
    notice = CreditNotice.objects.create(
        client=client,
        signal="GRADE",
        fact="world",
        level="WARNING",
        facts={"was": "A", "is": "C"},
        happened_on=TODAY,
        at=NOW,
    )
    for user in world.users.values():
        NoticeTo.objects.create(notice=notice, user=user)


def _relate(world: World, client: Any) -> None:
    """A client of nobody with the same registration number; the pair waits for a decision."""
    number = "RELATED-4711"
    update_client(client=client, registration_number=number, actor=None, at=NOW)
    other = create_client(
        code=f"{MARK}-REL",
        legal_name=f"{MARK} relative",
        registration_number=number,
        actor=None,
        at=NOW,
    )
    compare_clients(client_ids=[client.pk, other.pk], at=NOW)
    world.keys["related_pair"] = RelatedPair.objects.of(other).get().pk
