"""Forms of meetings and of their minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from clients.models import Client, Contact, Creditor
from core.forms import DayField, MomentInput
from core.models import User
from interactions.letters.words import LANGUAGES
from interactions.models import Meeting
from interactions.rules.minutes import (
    OURS,
    THEIRS,
    Draft,
    Participant,
    Task,
    people_as_text,
    people_of,
    points_of,
)
from interactions.services.agreements import agreement_choices
from interactions.states import MeetingSide, MinutesLanguage

#: Zones that are offered first; every other may be typed by the administrator of a creditor.
ZONES: Final = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
_MOST_TASKS: Final = 60
_BLANK_TASKS: Final = 3


class MeetingForm(forms.Form):
    """When, where, about what. The time is what the clock on the wall of its zone shows."""

    creditor = forms.ModelChoiceField(
        Creditor.objects.order_by("code"), label=_("For which of our companies"), empty_label=None
    )
    subject = forms.CharField(label=_("Subject"), max_length=200)
    starts_at = forms.DateTimeField(label=pgettext_lazy("meeting", "Time"), widget=MomentInput)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=200, required=False)
    online_url = forms.URLField(
        label=_("Online address"), max_length=500, required=False, assume_scheme="https"
    )
    about = forms.ChoiceField(
        label=_("Contract"),
        required=False,
        help_text=_("Where it says so, silence confirms the minutes after the days it names."),
    )

    def __init__(
        self, *args: Any, client: Client, meeting: Meeting | None = None, **kwargs: Any
    ) -> None:
        zone = meeting.time_zone if meeting else client.time_zone
        kwargs["initial"] = {**_facts_of(meeting, zone), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        zones = ZONES if zone in ZONES else (zone, *ZONES)
        self.fields["time_zone"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one, one) for one in zones if one in available_timezones()
        ]
        creditors = [meeting.creditor] if meeting else list(Creditor.objects.order_by("code"))
        if meeting is not None:
            del self.fields["creditor"]
        self.fields["about"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", "–"),
            *(one for creditor in creditors for one in agreement_choices(client, creditor)),
        ]

    def clean(self) -> dict[str, Any]:
        """Read the time as the clock in its own zone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        at, zone = cleaned.get("starts_at"), cleaned.get("time_zone")
        if at is not None and zone:
            cleaned["starts_at"] = timezone.make_naive(at).replace(tzinfo=ZoneInfo(zone))
        return cleaned


def _facts_of(meeting: Meeting | None, zone: str) -> dict[str, Any]:
    if meeting is None:
        return {"time_zone": zone}
    about = f"{meeting.about_type}:{meeting.about_id}" if meeting.about_type else ""
    return {
        "subject": meeting.subject,
        "starts_at": meeting.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        "time_zone": zone,
        "place": meeting.place,
        "online_url": meeting.online_url,
        "about": about,
    }


class MinutesForm(forms.Form):
    """Who was there, what was discussed and agreed. `revision` keeps two writers apart."""

    language = forms.ChoiceField(label=_("Language"), choices=MinutesLanguage.choices)
    ours = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Present for us"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ours_more = forms.CharField(
        label=_("Others for us"),
        required=False,
        max_length=2000,
        help_text=_("One a line: name, role"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    theirs = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=_("Present for the client"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    theirs_more = forms.CharField(
        label=_("Others for the client"),
        required=False,
        max_length=2000,
        help_text=_("One a line: name, role"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    content = forms.CharField(
        label=_("What was discussed"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    points = forms.CharField(
        label=_("What was agreed"),
        required=False,
        max_length=20000,
        help_text=_("One point a line; they are numbered, and the client may object to each."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    content_zh = forms.CharField(
        label=_("What was discussed, in Chinese"),
        required=False,
        max_length=20000,
        help_text=_("For minutes in both languages only."),
        widget=forms.Textarea(attrs={"rows": 4, "lang": "zh-Hans"}),
    )
    points_zh = forms.CharField(
        label=_("What was agreed, in Chinese"),
        required=False,
        max_length=20000,
        help_text=_("For minutes in both languages only: the same points in the same order."),
        widget=forms.Textarea(attrs={"rows": 4, "lang": "zh-Hans"}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: Meeting, draft: Draft, **kwargs: Any) -> None:
        kwargs["initial"] = _draft_initial(meeting, draft)
        super().__init__(*args, **kwargs)
        users = User.objects.filter(is_active=True).order_by("name", "pk")
        contacts = meeting.client.contacts.order_by("-is_primary", "pk")
        for name, rows in (("ours", users), ("theirs", contacts)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # as declared
            field.queryset = rows

    def draft(self, tasks: Sequence[Task]) -> Draft:
        """What was filled in, with the actions of the rows below."""
        given = self.cleaned_data
        language = LANGUAGES[given["language"]][0]
        with override(language):
            theirs = tuple(
                Participant(THEIRS, one.name, str(one.get_role_display()), f"contact:{one.pk}")
                for one in given["theirs"]
            )
        return Draft(
            language=given["language"],
            content=_unix(given["content"]),
            content_zh=_unix(given["content_zh"]),
            participants=(
                *(Participant(OURS, one.name, "", f"user:{one.pk}") for one in given["ours"]),
                *people_of(given["ours_more"], OURS),
                *theirs,
                *people_of(given["theirs_more"], THEIRS),
            ),
            points=points_of(given["points"], given["points_zh"]),
            tasks=tuple(tasks),
        )


def _unix(text: str) -> str:
    return "\n".join(text.strip().splitlines())


def _draft_initial(meeting: Meeting, draft: Draft) -> dict[str, Any]:
    def keys(side: str, kind: str) -> list[int]:
        return [
            int(one.key.removeprefix(f"{kind}:"))
            for one in draft.participants
            if one.side == side and one.key.startswith(f"{kind}:")
        ]

    def typed(side: str) -> str:
        return people_as_text([p for p in draft.participants if p.side == side and not p.key])

    is_new = not meeting.draft
    return {
        "language": meeting.client.language if is_new else draft.language,
        "ours": keys(OURS, "user"),
        "ours_more": typed(OURS),
        "theirs": keys(THEIRS, "contact"),
        "theirs_more": typed(THEIRS),
        "content": draft.content,
        "content_zh": draft.content_zh,
        "points": "\n".join(one.text for one in draft.points),
        "points_zh": "\n".join(one.text_zh for one in draft.points),
        "revision": meeting.revision,
    }


class TaskForm(forms.Form):
    """One action: what, by whom, by when. An empty row says nothing."""

    what = forms.CharField(label=_("Action"), max_length=300, required=False)
    side = forms.ChoiceField(
        label=_("Whose"), choices=MeetingSide.choices, initial=MeetingSide.THEIRS, required=False
    )
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"),
        label=_("Who of us"),
        required=False,
        empty_label="–",
    )
    who = forms.CharField(label=_("Who of them"), max_length=120, required=False)
    due_on = DayField(label=_("By"), required=False)

    def clean(self) -> dict[str, Any]:
        """An action is done by somebody, by a day."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("what", "").strip():
            return cleaned
        if not cleaned.get("due_on"):
            self.add_error("due_on", _("By when?"))
        if cleaned.get("side") == MeetingSide.OURS and not cleaned.get("owner"):
            self.add_error("owner", _("Who of us does it?"))
        return cleaned

    def task(self) -> Task | None:
        """The action; None for an empty row."""
        given = self.cleaned_data
        what = given.get("what", "").strip()
        if not what:
            return None
        owner: User | None = given["owner"] if given["side"] == MeetingSide.OURS else None
        return Task(
            what=what,
            side=given["side"] or MeetingSide.THEIRS,
            due_on=given["due_on"],
            who=owner.name if owner else given["who"].strip(),
            owner=owner.pk if owner else None,
        )


TaskFormSet = forms.formset_factory(
    TaskForm, extra=_BLANK_TASKS, max_num=_MOST_TASKS, validate_max=True
)


def tasks_initial(draft: Draft) -> list[dict[str, Any]]:
    """The rows of the actions that are in a draft."""
    return [
        {
            "what": one.what,
            "side": one.side,
            "owner": one.owner,
            "who": "" if one.owner else one.who,
            "due_on": one.due_on,
        }
        for one in draft.tasks
    ]


class IssueForm(forms.Form):
    """Why words that may do harm are sent all the same; asked for only when there are any."""

    reason = forms.CharField(
        label=_("Why it is sent all the same"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class MeetingFileForm(forms.Form):
    """A file that belongs to a meeting."""

    file = forms.FileField(label=_("File"))


class CompareMinutesForm(forms.Form):
    """Which two versions are held against each other."""

    old = forms.TypedChoiceField(label=_("From version"), coerce=int)
    new = forms.TypedChoiceField(label=_("To version"), coerce=int)

    def __init__(self, *args: Any, numbers: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            self.fields[name].choices = [  # type: ignore[attr-defined]  # choice fields
                (one, str(one)) for one in numbers
            ]


def round_to_quarter(at: dt.datetime, zone: str) -> dt.datetime:
    """The last quarter of an hour on the clock of a zone: where a new meeting begins."""
    local = at.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
    return local - dt.timedelta(minutes=local.minute % 15)
