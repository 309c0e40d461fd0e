"""Forms of behaviours, what they weigh, and appeals."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.dates import day_in
from core.display import format_day
from core.forms import DayField
from core.models import User
from core.money import format_money
from core.states import Role
from credit.models import Appeal, FactorWeight, ProposalRule
from credit.models.behaviours import COUNTS_DAYS
from credit.selectors.fairness import evidence_offered, free_work_counted
from credit.services.weights import MOST
from credit.states import (
    APPEAL_OUTCOMES,
    CONFIRMED_BY_PEOPLE,
    AppealAgainst,
    AppealChannel,
    AppealState,
    BehaviourState,
)
from disputes.states import ComplaintReason

#: How an appeal reaches people; what comes through a client link is noted by the link itself.
_CHANNELS: Final = [one for one in AppealChannel.choices if one[0] != AppealChannel.LINK]
#: What the kinds of evidence are called, over their choices.
EVIDENCE_LABELS: Final = {
    "interaction": _("Log"),
    "document": _("Documents"),
    "dispute": _("Disputes"),
    "contract": _("Contracts"),
    "incident": _("Incidents"),
    "credit_note": _("Credit notes"),
    "complaint": _("Complaints"),
}


def evidence_words(name: str, row: Any) -> str:
    """One piece of evidence in a line: when, and what."""
    return _WORDS[name](row, get_language() or "en")


def _said(row: Any, language: str) -> str:
    day = format_day(day_in(row.occurred_at, row.client.time_zone), language)
    return f"{day} · {row.get_kind_display()} · {str(row)[:90]}"


def _filed(row: Any, language: str) -> str:
    day = format_day(row.document.created_at.date(), language)
    return " · ".join([day, _now("Document"), row.title])


def _disputed(row: Any, language: str) -> str:
    money = format_money(row.amount, row.invoice.currency, language)
    reason = row.get_reason_display()
    day = format_day(row.opened_on, language)
    return " · ".join([day, _now("Dispute"), row.invoice.number, money, reason])


def _agreed(row: Any, language: str) -> str:
    return _now("Contract %(number)s") % {"number": row.number}


def _happened(row: Any, language: str) -> str:
    day = format_day(day_in(row.occurred_at, row.client.time_zone), language)
    return " · ".join([day, _now("Incident"), row.get_category_display(), f"“{row.quote[:80]}”"])


def _credited(row: Any, language: str) -> str:
    money = format_money(row.amount, row.currency, language)
    day = format_day(row.issued_on, language)
    parts = [day, _now("Credit note"), row.number, money, row.reason]
    return " · ".join(filter(None, parts))


def _complained(row: Any, language: str) -> str:
    day = format_day(day_in(row.received_at, row.client.time_zone), language)
    reason = str(ComplaintReason(row.reason).label)
    return " · ".join([day, _now("Complaint"), reason, row.what[:80]])


_WORDS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "interaction": _said,
    "document": _filed,
    "dispute": _disputed,
    "contract": _agreed,
    "incident": _happened,
    "credit_note": _credited,
    "complaint": _complained,
}


class _EvidenceForm(forms.Form):
    """A form that offers what is on record of a client; its rows know their client."""

    def __init__(self, *args: Any, client: Client, **kw: Any) -> None:
        self.client = client
        kw["initial"] = {"key": uuid.uuid4().hex, **kw.get("initial", {})}
        super().__init__(*args, **kw)
        self.things: dict[str, tuple[str, Any]] = {}
        for name, row in evidence_offered(client):
            if hasattr(row, "client_id"):
                row.client = client
            self.things[f"{name}:{row.pk}"] = (name, row)

    def grouped(self, *names: str) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Choices under what they are."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for code, (name, row) in self.things.items():
            if not names or name in names:
                groups.setdefault(name, []).append((code, evidence_words(name, row)))
        return [(EVIDENCE_LABELS[name], choices) for name, choices in groups.items()]


class ProposeBehaviourForm(_EvidenceForm):
    """What a client did, when, and what proves it."""

    kind = forms.ChoiceField(
        label=_("Behaviour"), choices=[(one.value, one.label) for one in CONFIRMED_BY_PEOPLE]
    )
    happened_on = DayField(label=pgettext_lazy("behaviour", "When it happened"))
    what = forms.CharField(
        label=_("What happened"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Facts as another person would find them; the client may ask to read them."),
    )
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("At least one. What is missing is added to the client's log or files first."),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["evidence"].choices = self.grouped()  # type: ignore[attr-defined]  # choices

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = self.cleaned_data
        proof = [self.things[code] for code in chosen["evidence"]]
        return {**chosen, "evidence": proof}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BehaviourFilterForm(forms.Form):
    """Which behaviours a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", BehaviourState.PROPOSED.label),
            *((one.value, one.label) for one in BehaviourState if one != BehaviourState.PROPOSED),
            ("all", pgettext_lazy("behaviours", "All")),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Behaviour"),
        required=False,
        choices=[
            ("", pgettext_lazy("behaviours", "All")),
            *((one.value, one.label) for one in CONFIRMED_BY_PEOPLE),
        ],
    )


class WeightForm(forms.Form):
    """Points each time and at most, and why."""

    each = forms.IntegerField(label=_("Points each time"), min_value=0, max_value=MOST)
    most = forms.IntegerField(
        label=_("At most within a year"),
        min_value=0,
        max_value=MOST,
        help_text=_("All behaviour together takes no more than 250 points."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, row: FactorWeight | None, **kw: Any) -> None:
        if row is not None:
            kw["initial"] = {"each": row.each, "most": row.most}
        super().__init__(*args, **kw)


class ProposalRuleForm(forms.Form):
    """How often within how many days a rule proposes, and why."""

    times = forms.IntegerField(
        label=pgettext_lazy("rule", "How often"),
        min_value=0,
        max_value=50,
        help_text=_("0: this rule proposes nothing."),
    )
    days = forms.IntegerField(label=_("Within days"), min_value=1, max_value=COUNTS_DAYS)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, row: ProposalRule | None, **kw: Any) -> None:
        if row is not None:
            kw["initial"] = {"times": row.times, "days": row.days}
        super().__init__(*args, **kw)


class AppealForm(_EvidenceForm):
    """What the client appeals against, why, and when it reached us."""

    about = forms.ChoiceField(label=_("Against"))
    decision = forms.CharField(
        label=_("Which decision"),
        max_length=300,
        required=False,
        help_text=_("Only for another decision: which, and of when."),
    )
    decided_by = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who took it"),
        empty_label="–",
        required=False,
        help_text=_("Only for another decision. Who took it does not look at the appeal."),
    )
    channel = forms.ChoiceField(
        label=pgettext_lazy("appeal", "How it reached us"), choices=_CHANNELS
    )
    received_on = DayField(label=pgettext_lazy("appeal", "Received on"))
    grounds = forms.CharField(
        label=_("Why the client says it is wrong"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the client's words where you can."),
    )
    entry = forms.ChoiceField(
        label=_("Entry of the log"),
        required=False,
        help_text=_("Where the letter, mail or call is there already; else it is logged now."),
    )
    paper = forms.ChoiceField(label=_("Document"), required=False)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: dt.date, **kw: Any) -> None:
        kw["initial"] = {"received_on": on, **kw.get("initial", {})}
        super().__init__(*args, **kw)
        language = get_language() or "en"
        standing = self.client.behaviours.filter(state=BehaviourState.CONFIRMED)
        self.behaviours = {
            f"behaviour:{one.pk}": one for one in standing.order_by("-happened_on", "-pk")
        }
        self.free_work = {f"free:{one.pk}": one for one in free_work_counted(self.client)}
        held: dict[str, Any] = {**self.behaviours, **self.free_work}
        choices = [
            (code, f"{one.get_kind_display()} · {format_day(one.happened_on, language)}")
            for code, one in held.items()
        ]
        named = (AppealAgainst.BEHAVIOUR, AppealAgainst.FREE_WORK)
        plain = [(one.value, one.label) for one in AppealAgainst if one not in named]
        fields: dict[str, Any] = self.fields
        fields["about"].choices = [*choices, *plain]
        fields["entry"].choices = [("", "–"), *self._flat("interaction")]
        fields["paper"].choices = [("", "–"), *self._flat("document")]
        fields["decided_by"].queryset = User.objects.filter(is_active=True).order_by("name", "pk")

    def _flat(self, name: str) -> list[tuple[str, str]]:
        return [one for _label, choices in self.grouped(name) for one in choices]

    def given(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = dict(self.cleaned_data)
        about = chosen.pop("about")
        behaviour, free_entry = self.behaviours.get(about), self.free_work.get(about)
        if behaviour is not None:
            about = AppealAgainst.BEHAVIOUR
        elif free_entry is not None:
            about = AppealAgainst.FREE_WORK
        entry, paper = chosen.pop("entry"), chosen.pop("paper")
        return {
            **chosen,
            "against": about,
            "behaviour": behaviour,
            "free_entry": free_entry,
            "interaction": self.things[entry][1] if entry else None,
            "document": self.things[paper][1] if paper else None,
        }


class TakeUpAppealForm(forms.Form):
    """Which manager looks at it: never who took the decision."""

    handler = forms.ModelChoiceField(
        User.objects.none(), label=_("Who looks at it"), empty_label=None
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, appeal: Appeal, user: User, **kw: Any) -> None:
        super().__init__(*args, **kw)
        people = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
        entry = appeal.free_entry
        involved = {appeal.decided_by_id or 0, (entry.created_by_id if entry else 0) or 0}
        fields: dict[str, Any] = self.fields
        fields["handler"].queryset = people.exclude(pk__in=involved).order_by("name", "pk")
        if user.pk not in involved:
            self.initial.setdefault("handler", user.pk)


class DecideAppealForm(forms.Form):
    """How it ends, the reason the client is told, and what follows."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(one.value, one.label) for one in APPEAL_OUTCOMES],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Reason that the client is told"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In the client's language. Greeting and reasons of the score are added."),
    )
    follows = forms.CharField(
        label=_("What follows"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For colleagues: what is done because of it, and by whom."),
    )


class AppealFilterForm(forms.Form):
    """Which appeals a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not answered")),
            *AppealState.choices,
            ("all", pgettext_lazy("appeals", "All")),
        ],
    )
    late = forms.BooleanField(label=_("Late only"), required=False)


class AppealTimeForm(forms.Form):
    """Days to answer, and why."""

    days = forms.IntegerField(label=_("Days to answer"), min_value=1, max_value=60)
    reason = forms.CharField(label=_("Reason"), max_length=300)
