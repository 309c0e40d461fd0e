"""One row of everything about how far a client is trusted."""

import datetime as dt
from decimal import Decimal
from typing import Any

from clients.services import create_client, update_client
from credit.models import LimitRequest, RelatedPair
from credit.services.holds import ask_for_hold
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
    _relate(world, client)


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
