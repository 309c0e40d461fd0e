"""Forms that check the tone of what is written, and those of the lexicon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Client
from clients.states import Language
from interactions.rules import tone
from interactions.rules.patterns import LONGEST
from interactions.rules.tone import ToneHit
from interactions.selectors.tone import MarkedPiece, check_text, marked
from interactions.states import PatternKind, ToneExcuse, ToneName, ToneSeverity

#: The button of a hit: "field:place of the hit in its list".
CALM: Final = "calm"


def one_kind_of_line_end(text: str) -> str:
    """Browsers send CRLF; places in a text count one character per line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class CalmForm(forms.Form):
    """A form whose texts go to a client. Fields named in `calm_fields` are checked.

    What is never sent is an error at its field; what warns needs a tick and a reason. Each hit
    has a button that puts the calmer wording in its place and shows the form again.
    """

    calm_fields: ClassVar[tuple[str, ...]] = ("text",)
    asks_reason: ClassVar[bool] = True

    tone_anyway = forms.BooleanField(label=gettext_lazy("Send it all the same"), required=False)
    tone_reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept with the text; managers see it."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *args: Any,
        text_language: str = "",
        to_client: Client | None = None,
        **kwargs: Any,
    ) -> None:
        self.text_language = text_language
        self.to_client = to_client
        self.tone_hits: dict[str, list[ToneHit]] = {}
        self.was_calmed = False
        super().__init__(self._calmed(data), *args, **kwargs)

    def language_of_text(self) -> str:
        """The language the text is written in."""
        return self.text_language or "en"

    def language_of_field(self, name: str) -> str:
        """The language that one field is written in."""
        return self.language_of_text() if name in self.calm_fields else ""

    def _calmed(self, data: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """The data with one calmer wording put in its place, when such a button was pressed."""
        name, _colon, place = str((data or {}).get(CALM, "")).partition(":")
        if data is None or name not in self.calm_fields or not place.isdigit():
            return data
        text = one_kind_of_line_end(str(data.get(name, ""))).strip()
        language = str(data.get("language") or "") or self.language_of_field(name)
        hits = check_text(text, language=language, client=self.to_client)
        if int(place) >= len(hits):
            return data
        changed = data.copy() if isinstance(data, QueryDict) else dict(data)
        changed[name] = tone.replaced(text, hits[int(place)])
        self.was_calmed = True
        return changed

    def is_valid(self) -> bool:
        """After a calmer wording was taken the form is shown again, whatever it says."""
        return super().is_valid() and not self.was_calmed

    def clean(self) -> dict[str, Any]:
        """Check each text."""
        read = super().clean() or self.cleaned_data
        for name in self.calm_fields:
            text = one_kind_of_line_end(read.get(name) or "")
            read[name] = text
            language = read.get("language") or self.language_of_field(name)
            hits = check_text(text, language=language, client=self.to_client) if text else []
            if hits:
                self.tone_hits[name] = hits
            if tone.worst(hits) == tone.BLOCK:
                self.add_error(name, _("This is never sent to a client. Take a calmer wording."))
        self._ask_for_reason(read)
        return read

    def _ask_for_reason(self, read: dict[str, Any]) -> None:
        reason = read.get("tone_reason", "").strip()
        if not self.warnings:
            read["tone_reason"] = ""
        elif not read.get("tone_anyway"):
            self.add_error(
                "tone_anyway",
                _("The check warns. Take a calmer wording, or tick this and say why."),
            )
            read["tone_reason"] = ""
        elif not reason:
            self.add_error("tone_reason", _("Say why it is sent all the same."))

    @property
    def warnings(self) -> list[ToneHit]:
        """Hits that a reason may speak for."""
        return [
            hit for hits in self.tone_hits.values() for hit in hits if hit.severity == tone.WARN
        ]

    @property
    def has_tone(self) -> bool:
        """Whether there is something to show beside the form."""
        return bool(self.tone_hits)

    def tone_shown(self) -> list[dict[str, Any]]:
        """Each checked text with its marks, and its hits with their buttons."""
        return [
            {
                "label": self.fields[name].label,
                "pieces": marked(one_kind_of_line_end(str(self[name].value() or "")).strip(), hits),
                "hits": [shown_hit(name, place, hit) for place, hit in enumerate(hits)],
            }
            for name, hits in self.tone_hits.items()
        ]

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are always shown; tick and reason come with a warning."""
        return [f for f in self.visible_fields() if f.name not in {"tone_anyway", "tone_reason"}]


def shown_hit(name: str, place: int, hit: ToneHit) -> dict[str, Any]:
    """A hit as a page shows it."""
    return {
        "hit": hit,
        "rule": ToneName(hit.rule).label,
        "button": f"{name}:{place}" if hit.calmer else "",
    }


class CheckForm(CalmForm):
    """Paste a text and see what in it is not calm. Nothing is kept, so no reason is asked for."""

    asks_reason = False

    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=Language)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 10})
    )

    def _ask_for_reason(self, read: dict[str, Any]) -> None:
        """Nothing is sent from here."""

    def pieces(self) -> list[MarkedPiece]:
        """The text with its marks."""
        text = one_kind_of_line_end(str(self["text"].value() or "")).strip()
        return marked(text, self.tone_hits.get("text", []))


class LexiconFilter(forms.Form):
    """Which entries of the lexicon are listed."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    q = forms.CharField(label=pgettext_lazy("filter", "Contains"), required=False, max_length=100)
    unused = forms.BooleanField(label=gettext_lazy("Also those not in use"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self.fields["rule"], [("", pgettext_lazy("filter", "All")), *ToneName.choices])
        _choose(self.fields["language"], [("", pgettext_lazy("filter", "All")), *Language.choices])


def _choose(field: forms.Field, choices: list[tuple[str, str | Promise]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
    field.choices = choices


class ToneRuleForm(forms.Form):
    """An entry of the lexicon."""

    rule = forms.ChoiceField(label=gettext_lazy("Rule"), choices=ToneName)
    severity = forms.ChoiceField(label=gettext_lazy("What happens"), choices=ToneSeverity)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language)
    kind = forms.ChoiceField(label=gettext_lazy("Looked for as"), choices=PatternKind)
    pattern = forms.CharField(
        label=gettext_lazy("What is looked for"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "In small letters and simplified characters; capitals, full-width and traditional "
            "characters and spaces between letters are found too. Patterns: groups (a|b), "
            "optional parts (…)?, counted repeats .{0,8}."
        ),
    )
    unless = forms.MultipleChoiceField(
        label=gettext_lazy("Does not count where"),
        choices=ToneExcuse,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    calmer = forms.CharField(
        label=gettext_lazy("Calmer wording"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("A whole sentence: it takes the place of the one that was found."),
    )
    why = forms.CharField(label=gettext_lazy("Why (English)"), max_length=300)
    why_zh = forms.CharField(label=gettext_lazy("Why (Chinese)"), max_length=300)
    is_active = forms.BooleanField(
        label=pgettext_lazy("of an entry", "In use"), required=False, initial=True
    )
    note = forms.CharField(
        label=gettext_lazy("Reason for the change"), max_length=300, required=False
    )
