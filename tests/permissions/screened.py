"""A screening with a finding and a reference."""

from typing import Any

from core.models import User
from credit.selectors import screening_lines
from credit.services import Finding, Upload, ask_reference, note_findings, start_screening
from tests.factories import NOW, TODAY, make_client
from tests.permissions.principals import MARK, World


def screen(world: World, owner: User) -> None:
    """A screening in work of a client of its own: the world's first client has none open."""
    client: Any = make_client(legal_name=f"{MARK} New", code=f"{MARK}-2", owner=owner)
    row = start_screening(client=client, on=TODAY, actor=owner, at=NOW)
    item = screening_lines(row)[0].item
    (finding,) = note_findings(
        screening=row,
        findings=[Finding(item, "GOOD", f"{MARK} seen", Upload(b"seen", "seen.txt"))],
        actor=owner,
        at=NOW,
    )
    asked = ask_reference(
        screening=row,
        company=f"{MARK} Supplier",
        contact="",
        asked_on=TODAY,
        on=TODAY,
        actor=owner,
        at=NOW,
    )
    world.keys |= {
        "screening": row.pk,
        "finding": finding.pk,
        "reference": asked.pk,
        "checklist": row.checklist_id,
    }
