"""Amendments proposed and decided through their pages."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from contracts.models import Amendment, Contract, ScheduleEntry
from contracts.services.amendments import accept_amendment
from contracts.states import AcceptedHow
from core.dates import now
from core.states import Role
from tests.contracts.cast import SCAN
from tests.factories import make_user, signed_in


def url(contract: Contract, kind: str = "") -> str:
    return f"/contracts/{contract.pk}/amend/{kind}/" if kind else f"/contracts/{contract.pk}/amend/"


def entries(contract: Contract) -> list[ScheduleEntry]:
    return list(contract.schedule.order_by("position"))


def filled(web: Browser, contract: Contract, kind: str, **changed: Any) -> dict[str, Any]:
    """The form as it opens, with the reason and what is changed."""
    form = web.get(url(contract, kind)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (None, "", False)}
    return {**data, "reason": "They asked for it", **changed}


def proposed(web: Browser, contract: Contract, kind: str, **changed: Any) -> Amendment:
    """Looked at, then proposed."""
    data = filled(web, contract, kind, **changed)
    seen = web.post(url(contract, kind), {**data, "do": "preview"})
    assert seen.context["preview"], seen.context["form"].errors
    assert not Amendment.objects.exists()
    told = web.post(url(contract, kind), {**data, "seen": seen.context["seen"], "do": "propose"})
    amendment = Amendment.objects.get()
    assert told["Location"] == f"/contracts/amendments/{amendment.pk}/"
    return amendment


def in_force(amendment: Amendment) -> Contract:
    """Approved by an administrator and signed on paper."""
    signed_in(make_user(Role.ADMIN)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    amendment.refresh_from_db()
    return accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="Li Lei",
        data=SCAN,
        filename="s.pdf",
        actor=None,
        at=now(),
    )
