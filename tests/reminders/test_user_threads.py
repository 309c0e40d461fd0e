"""What users of other systems complained about, each as it would happen here."""

import re
from decimal import Decimal

import pytest
from django.utils import translation

from clients.models import Client, Creditor
from core.models import User
from core.states import Role
from reminders.models import Message
from reminders.rules.ladder import DEFAULT_LADDER, Rung
from reminders.services.policy import change_policy
from reminders.states import Channel, Tone
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_credit_note,
    make_invoice,
    make_receipt,
    make_user,
)
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, days, decision, decisions, plan, remind, send

pytestmark = pytest.mark.django_db


class TestRemindersAlthoughInCredit:
    """Invoice Ninja 4732."""

    @pytest.mark.parametrize("kind", ["receipt", "credit note"])
    def test_nobody_in_credit_is_written_to(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink, kind: str
    ) -> None:
        make_invoice(client_a, creditor, "1000.00", number="late")
        (make_receipt if kind == "receipt" else make_credit_note)(client_a, creditor, "1000.00")
        run = plan(creditor)
        assert decision(run, "late").reason == "CREDIT_COVERS"
        assert decision(run, "late").facts == {"credit": "1000.000", "applied": "1000.000"}
        approve(run, finance)
        send()
        assert sink.taken == []

    def test_what_is_asked_never_exceeds_the_debt_less_the_credit(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, "1000.00", number="old", due_on=TODAY - days(40))
        make_invoice(client_a, creditor, "500.00", number="new", due_on=TODAY - days(10))
        make_receipt(client_a, creditor, "1200.00")
        run = plan(creditor)
        assert decisions(run) == {"old": "CREDIT_COVERS", "new": "DUE"}
        assert decision(run, "new").asked == Decimal("300.00")
        approve(run, finance)
        send()
        assert Message.objects.get().amount == Decimal("300.00")


class TestTwentyTwoSecondRemindersInADay:
    """Invoice Ninja 1693."""

    def test_the_sender_runs_all_day_and_sends_one(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(30))
        remind(creditor, finance)
        for _hour in range(22):
            remind(creditor, finance, TODAY + days(7))
        assert [m.level for m in Message.objects.order_by("pk")] == [1, 2]
        assert len(sink.taken) == 2


class TestAMissedDayIsNeverCaughtUp:
    """Invoice Ninja 637."""

    def test_the_next_plan_makes_up_for_it(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        # Level 1 is reached on the third day late; no plan was made on it or for weeks after.
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(17))
        assert decision(plan(creditor), "late").reason == "DUE"


class TestTheOperatorsLanguageInsteadOfTheClients:
    """OCA credit-control 571."""

    @pytest.mark.parametrize("operator", ["en", "zh-hans"])
    def test_each_client_reads_its_own(
        self, creditor: Creditor, finance: User, sink: Sink, operator: str
    ) -> None:
        for language in ("en", "zh-hans"):
            client = make_client(language=language)
            make_contact(client, email=f"{language}@client.example")
            make_invoice(client, creditor)
        with translation.override(operator):
            remind(creditor, finance)
        found = dict(Message.objects.values_list("to_email", "body"))
        assert "Our records show" in found["en@client.example"]
        assert "根据我方记录" in found["zh-hans@client.example"]
        chinese = re.compile(r"[\u4e00-\u9fff]")
        assert not chinese.search(found["en@client.example"])


class TestEurosPrintedAsDollars:
    """ERPNext 56006."""

    def test_each_currency_is_its_own_and_has_its_own_message(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        for currency in ("EUR", "USD", "CNY", "JPY"):
            make_invoice(client_a, creditor, "1234", currency=currency)
        remind(creditor, finance)
        shown = {m.currency: m.body for m in Message.objects.all()}
        signs = {"EUR": "€1,234.00", "USD": "$1,234.00", "CNY": "CN¥1,234.00", "JPY": "¥1,234\n"}
        for currency, sign in signs.items():
            assert sign in shown[currency]
            others = {other for code, other in signs.items() if code != currency}
            assert not [
                other
                for other in others
                if re.search(rf"(?<![\w€]){re.escape(other)}", shown[currency])
            ]


class TestAPolicyEditRestartsTheLadder:
    """From the list of likeliest mistakes."""

    @pytest.mark.parametrize("change", ["days", "tones", "a level dropped", "everything"])
    def test_nobody_starts_again(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink, change: str
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(12))
        remind(creditor, finance)
        remind(creditor, finance, TODAY + days(7))
        change_policy(
            creditor=creditor,
            rungs=_CHANGES[change],
            fields={"min_gap_days": 0, "tolerance": Decimal(0)},
            actor=make_user(Role.MANAGER),
            at=NOW,
        )
        for day in (8, 9, 10, 15, 16, 29):
            remind(creditor, finance, TODAY + days(day))
        levels = list(Message.objects.filter(state="SENT").values_list("level", flat=True))
        assert sorted(levels) == sorted(set(levels))
        assert sorted(levels)[:2] == [1, 2]


def _ladder(**changes: int) -> list[Rung]:
    return [
        Rung(
            rung.level,
            rung.day + changes.get("later", 0),
            rung.channel,
            rung.tone,
            enabled=rung.level != changes.get("without", -1),
        )
        for rung in DEFAULT_LADDER
        if rung.level > 0
    ]


_CHANGES = {
    "days": _ladder(later=2),
    "tones": [Rung(n, n * 5, Channel.EMAIL, Tone.FORMAL) for n in range(1, 5)],
    "a level dropped": _ladder(without=2),
    "everything": [Rung(n, n, Channel.EMAIL, Tone.OVERSIGHT) for n in range(1, 9)],
}


class TestAnotherClientsPapersInAMail:
    """OCA account-financial-tools 559."""

    def test_a_mail_names_its_own_client_only(
        self, creditor: Creditor, finance: User, sink: Sink
    ) -> None:
        for name in ("Alpha Works", "Beta Works", "Gamma Works"):
            client = make_client(legal_name=name)
            make_contact(client, name=f"Payables {name}", email=f"{name[0].lower()}@x.example")
            make_invoice(client, creditor, number=f"No-{name}")
        remind(creditor, finance)
        for mail in sink.mails:
            plain, html = (part.get_content() for part in mail.iter_parts())
            own = {"a": "Alpha", "b": "Beta", "g": "Gamma"}[str(mail["To"].addresses[0].username)]
            for name in ("Alpha", "Beta", "Gamma"):
                assert (name in plain + html + mail["Subject"]) == (name == own)
        assert len(sink.mails) == 3
