"""Behaviours and an appeal in the demonstration: one confirmed, one proposed, one overturned."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clients.models import Client
from credit.models import RiskBehaviour
from credit.services.appeals import decide_appeal, receive_appeal, take_up_appeal
from credit.services.behaviours import confirm_behaviour, propose_behaviour
from workspace.services.demo.teller import Account, Teller

#: What is said in English and in Chinese.
SAID: Final = {
    "demands": (
        "Asked three times for a second round of tests that the contract does not name.",
        "三次要求合同未约定的第二轮测试。",
    ),
    "returns": (
        "Sent goods back four times since spring; nothing was found wrong with them.",
        "春季以来四次退货，经检验货物均无问题。",
    ),
    "abuse": ("Shouted at our colleague on the telephone.", "在电话中对我方同事大声辱骂。"),
    "heard": ("As the entry of the log says.", "与沟通记录一致。"),
    "grounds": (
        "The call did not come from us but from a forwarder we do not work with any more.",
        "该来电并非我司人员，而是已停止合作的货代。",
    ),
    "answer": (
        "The number belongs to the forwarder, as you say. We have struck the note.",
        "经核实，来电号码确属货代。我方已撤销该记录。",
    ),
    "follows": ("Nothing more to do.", "无需进一步处理。"),
}


def doubt_some(teller: Teller, accounts: list[Account]) -> None:
    """Three clients with something on the log, each with one behaviour."""
    begin = teller.at - dt.timedelta(days=50)
    spoken = [
        one for one in accounts if one.client.interactions.filter(occurred_at__lt=begin).exists()
    ]
    if len(spoken) < len(_STORIES):
        return
    for number, (kind, tell) in enumerate(_STORIES):
        account = spoken[(3 + 5 * number) % len(spoken)]
        tell(teller, account, _propose(teller, account, kind, 40 - 12 * number))


def _words(account: Account, key: str) -> str:
    return SAID[key][account.language == "zh-hans"]


def _propose(teller: Teller, account: Account, kind: str, days: int) -> RiskBehaviour:
    day = teller.on - dt.timedelta(days=days)
    client: Client = account.client
    at = teller.instant(account, day)
    entries = client.interactions.filter(occurred_at__lte=at).order_by("-occurred_at", "-pk")
    return propose_behaviour(
        client=client,
        kind=kind,
        what=_words(account, kind),
        happened_on=day,
        evidence=[("interaction", entries[0])],
        key=f"demo:{kind}",
        actor=account.owner,
        on=teller.on,
        at=at,
    )


def _confirm(teller: Teller, account: Account, row: RiskBehaviour) -> None:
    confirm_behaviour(
        behaviour=row,
        reason=_words(account, "heard"),
        actor=teller.staff["manager"],
        at=teller.instant(account, row.happened_on + dt.timedelta(days=2)),
    )


def _overturn(teller: Teller, account: Account, row: RiskBehaviour) -> None:
    """Confirmed, appealed against, and struck by somebody who had not confirmed it."""
    _confirm(teller, account, row)
    day, other = row.happened_on + dt.timedelta(days=6), teller.staff["admin"]
    appeal = receive_appeal(
        client=account.client,
        against="BEHAVIOUR",
        behaviour=row,
        grounds=_words(account, "grounds"),
        channel="MAIL",
        received_on=day,
        key="demo",
        actor=account.owner,
        on=day,
        at=teller.instant(account, day),
    )
    later = day + dt.timedelta(days=3)
    at = teller.instant(account, later)
    take_up_appeal(appeal=appeal, handler=other, actor=other, at=at)
    decide_appeal(
        appeal=appeal,
        outcome="UPHELD",
        answer=_words(account, "answer"),
        follows=_words(account, "follows"),
        actor=other,
        on=later,
        at=at,
    )


def _leave(_teller: Teller, _account: Account, _row: RiskBehaviour) -> None:
    """It waits for a manager."""


_STORIES: Final[tuple[tuple[str, Any], ...]] = (
    ("abuse", _overturn),
    ("demands", _confirm),
    ("returns", _leave),
)
