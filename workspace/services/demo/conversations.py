"""What was said lately in the demonstration: with links, files, a recording, one slip."""

from __future__ import annotations

import datetime as dt
import io
import math
import struct
import wave
import zlib
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.documents import store_document
from interactions.models import Interaction
from interactions.services import RecordingFacts, log_interaction
from interactions.states import Consent, Direction, InteractionKind, Outcome
from payments.models import Invoice
from workspace.services.calls import Kept, NextAction, log_conversation
from workspace.services.demo.teller import Account, Teller

_RATE: Final = 8_000
_PAPER: Final = b"\xed\xed\xed"
_BUBBLES: Final = (((20, 15, 110, 50), b"\xff\xff\xff"), ((70, 65, 160, 100), b"\x95\xec\x69"))
_TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "call": "Accounts payable has the invoice; the payment run is on Thursday.",
        "right": "The payment run is on Friday, not Thursday: I had misheard.",
        "asked": "Asked at the beginning of the call",
        "chat": "Me: Good morning, did the invoice reach you?\nThem: Yes, our manager has it.",
        "visit": "Visited the warehouse; goods are stored well and sell slowly.",
        "next": "Send the agreed delivery dates",
        "evening": "Reached only in the evening; asked for the bank slip.",
    },
    "zh-hans": {
        "call": "财务已收到账单，本周四统一付款。",
        "right": "付款日是周五，不是周四：我听错了。",
        "asked": "通话开始时已征询",
        "chat": "我：早上好，账单收到了吗？\n对方：收到了，已报领导审批。",
        "visit": "走访仓库，货物保管良好，销售较慢。",
        "next": "发送双方确认的交货日期",
        "evening": "傍晚才联系上，请其提供付款水单。",
    },
}


def write_conversations(teller: Teller, accounts: list[Account]) -> None:
    """A few conversations of the last working days, one of them outside the rules of contact."""
    late = [(one, invoice) for one in accounts if (invoice := _overdue(one, teller.on))]
    if len(late) < 3:  # noqa: PLR2004  # one for each kind of conversation below
        return
    days = _working_days_before(teller.on)
    _recorded_call(teller, *late[0], days[0])
    _chat(teller, *late[1], days[0])
    _visit(teller, *late[2], days[1])
    _evening_call(teller, *late[1], days[1])


def _overdue(account: Account, on: dt.date) -> Invoice | None:
    overdue = account.client.invoices.overdue(on=on)
    return overdue.filter(collectible__gt=0).order_by("due_on", "pk").first()


def _working_days_before(day: dt.date) -> list[dt.date]:
    days = [day - dt.timedelta(days=n) for n in range(1, 8)]
    return [one for one in days if one.weekday() < 5]  # noqa: PLR2004  # Saturday


def _at(teller: Teller, account: Account, day: dt.date, hour: int, minute: int) -> dt.datetime:
    zone = ZoneInfo(account.client.time_zone)
    at = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=zone).astimezone(dt.UTC)
    return min(at, teller.at)


def _recorded_call(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    """A recorded call, and its correction: both stay."""
    words, at = _TEXTS[account.language], _at(teller, account, day, 10, 20)
    sound = store_document(data=_tone(), name="call.wav", actor=account.owner, at=at)
    entry = _log(
        account,
        at,
        body=words["call"],
        outcome=Outcome.ANSWERED,
        kept=Kept(
            links=[thing for thing in (invoice, account.contract) if thing],
            recording=RecordingFacts(
                sound, Consent.GIVEN, jurisdiction=account.client.country, note=words["asked"]
            ),
        ),
    )
    log_interaction(
        client=account.client,
        kind=entry.kind,
        direction=entry.direction,
        occurred_at=entry.occurred_at,
        body=words["right"],
        outcome=entry.outcome,
        contact=entry.contact,
        corrects=entry,
        actor=account.owner,
        at=min(at + dt.timedelta(hours=2), teller.at),
    )


def _chat(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    """A chat, pasted, with its screenshot."""
    at = _at(teller, account, day, 9, 45)
    shot = store_document(data=_picture(), name="wechat.png", actor=account.owner, at=at)
    _log(
        account,
        at,
        kind=InteractionKind.MESSAGE,
        body=_TEXTS[account.language]["chat"],
        kept=Kept(links=[invoice], documents=[shot]),
    )


def _visit(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    """A visit, and what somebody else does next."""
    words = _TEXTS[account.language]
    _log(
        account,
        _at(teller, account, day, 14, 0),
        kind=InteractionKind.VISIT,
        body=words["visit"],
        kept=Kept(links=[invoice]),
        next_action=NextAction(
            teller.on + dt.timedelta(days=3), words["next"], teller.staff["finance"]
        ),
    )


def _evening_call(teller: Teller, account: Account, invoice: Invoice, day: dt.date) -> None:
    """A call after hours: it took place, so it is in the log, with the rule it did not keep."""
    _log(
        account,
        _at(teller, account, day, 19, 40),
        body=_TEXTS[account.language]["evening"],
        outcome=Outcome.ANSWERED,
        kept=Kept(links=[invoice]),
        took_place=True,
    )


def _log(account: Account, at: dt.datetime, **said: Any) -> Interaction:
    given: dict[str, Any] = {
        "kind": InteractionKind.CALL,
        "direction": Direction.OUT,
        "took_place": True,
    } | said
    return log_conversation(
        client=account.client,
        contact=account.contact,
        occurred_at=at,
        on=at.date(),
        actor=account.owner,
        at=at,
        **given,
    )


def _tone() -> bytes:
    """One second of a soft tone, as a WAV file."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE)
        waves = (int(6000 * math.sin(n * 440 * math.tau / _RATE)) for n in range(_RATE))
        written.writeframes(struct.pack(f"<{_RATE}h", *waves))
    return sound.getvalue()


def _within(x: int, y: int, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    return left < x < right and top < y < bottom


def _picture() -> bytes:
    """A small PNG: two bubbles of a chat."""
    width, height = 180, 120
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += next((ink for box, ink in _BUBBLES if _within(x, y, box)), _PAPER)

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )
