"""Free work in the demonstration: clients who got more than they paid for, and what was decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from clients.models import Client
from core.dates import business_day_on_or_before
from core.models import User
from core.money import ZERO
from core.states import Role
from credit.models import ClientMargin, FreeEntry
from credit.selectors.freeloading import usual_currency
from credit.services.freeloading import (
    Gift,
    decide_course,
    judge_free_work,
    note_free_work,
)
from credit.services.margins import refresh_margins
from credit.states import FreeVerdict, FreeWork
from interactions.models import Interaction

F = FreeWork
#: Days ago, what, hours, and what was said in English and Chinese.
Told = tuple[int, FreeWork, str, str, str]
_BRIEF: Final[tuple[Told, ...]] = (
    (61, F.TRIAL, "6", "A sample that was never ordered.", "打样后没有下单。"),
    (24, F.CONSULTATION, "3.5", "Questions on a tender of theirs.", "就其投标项目咨询。"),
)
_MUCH: Final[tuple[Told, ...]] = (
    (210, F.CONSULTATION, "14", "Two workshops before any order.", "下单前做了两次研讨会。"),
    (160, F.TRIAL, "38", "A trial run on their line.", "在其产线上试运行。"),
    (118, F.SCOPE_CREEP, "120", "A second site was added by mail.", "邮件里又加了一个厂区。"),
    (83, F.REWORK, "46", "Changed drawings after acceptance.", "验收后又改图纸。"),
    (40, F.SCOPE_CREEP, "90", "Training for people of a third firm.", "为第三方人员做培训。"),
    (12, F.CONSULTATION, "9", "Advice on a rival's offer.", "咨询竞争对手的报价。"),
)


def tell_free_work(*, on: dt.date, at: dt.datetime) -> None:
    """Work the margins out; the smallest buyers got much, two others a little."""
    manager = User.objects.filter(role=Role.MANAGER).order_by("pk").first()
    if manager is None or FreeEntry.objects.exists():
        return
    refresh_margins(on=on, at=at)
    found = ClientMargin.objects.filter(invoices__gte=3).order_by("net_sales", "pk")
    clients = [row.client for row in found.select_related("client__owner")[:40]]
    for number, client in enumerate(clients[:2]):
        made = [_note(client, told, on, at) for told in _MUCH]
        _judge(made, manager, on, at)
        if number == 0:
            _decide(client, manager, on, at)
    for client in clients[6:9]:
        for told in _BRIEF:
            _note(client, told, on, at)


def _said(client: Client, english: str, chinese: str) -> str:
    return chinese if client.language == "zh-hans" else english


def _note(client: Client, told: Told, on: dt.date, at: dt.datetime) -> FreeEntry:
    days, kind, hours, english, chinese = told
    day = business_day_on_or_before(on - dt.timedelta(days=days))
    said = Interaction.objects.filter(client=client, occurred_at__lte=at).exclude(
        direction="INTERNAL"
    )
    return note_free_work(
        client=client,
        gift=Gift(
            kind=kind,
            happened_on=day,
            currency=usual_currency(client) or "CNY",
            hours=Decimal(hours),
            amount=ZERO,
            note=_said(client, english, chinese),
            interaction=said.order_by("-occurred_at", "-pk").first(),
        ),
        key=f"demo:{client.pk}:{days}",
        on=on,
        actor=client.owner,
        at=at,
    )


def _judge(made: list[FreeEntry], manager: User, on: dt.date, at: dt.datetime) -> None:
    """Three are confirmed, one was our own choice, the rest wait."""
    for number, entry in enumerate(one for one in made[1:5] if one.has_evidence):
        ours = number == 2  # noqa: PLR2004  # the rework was our own mistake
        reason = (
            _said(entry.client, "Our drawing was wrong at first.", "最初图纸是我方有误。")
            if ours
            else _said(entry.client, "Asked for in writing, not paid.", "书面要求，拒绝付费。")
        )
        judge_free_work(
            entry=entry,
            verdict=FreeVerdict.OURS if ours else FreeVerdict.CONFIRMED,
            reason=reason,
            on=on,
            actor=manager,
            at=at,
        )


def _decide(client: Client, manager: User, on: dt.date, at: dt.datetime) -> None:
    reason = _said(
        client,
        "One more year, against prepayment and a price for every hour.",
        "再合作一年：先付款，按小时计费。",
    )
    decide_course(client=client, course="PREPAY", reason=reason, on=on, actor=manager, at=at)
