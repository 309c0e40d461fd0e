"""What a client answers to the minutes of a meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.answers import AnswerForm
from portal.services.minutes import (
    CONFIRMED,
    OBJECTED,
    POINT_LENGTH,
    REMARK_LENGTH,
    points_asked,
)


class MinutesAnswerForm(AnswerForm):
    """The minutes are right, or what is not, point by point."""

    choice = forms.ChoiceField(
        label=_("Are these minutes right?"),
        choices=[
            (CONFIRMED, _("Yes, we confirm them")),
            (OBJECTED, _("No, something is not right")),
        ],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=REMARK_LENGTH,
        help_text=_("If something else is not right: what, and what you hold to be right."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def ask(self) -> None:
        """A remark for each point that was agreed; empty says that the point is right."""
        for number, _point in enumerate(points_asked(self.link), start=1):
            self.fields[f"point_{number}"] = forms.CharField(
                label=_("If point %(number)d is not right: what is?") % {"number": number},
                required=False,
                max_length=POINT_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.order_fields(["choice", *self._point_names(), "remark"])

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The points are folded until one of them is not right."""
        points = [self[name] for name in self._point_names()]
        folded = [(str(_("Say which points are not right")), points)] if points else []
        return [("", [self["choice"]]), *folded, ("", [self["remark"], self["name"]])]

    @property
    def marks_lines(self) -> bool:
        """Whether the folded points are shown at once."""
        return self.is_bound and self.data.get("choice") == OBJECTED

    def _point_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("point_")]

    def _points(self) -> dict[str, str]:
        given = {name: self.cleaned_data.get(name, "").strip() for name in self._point_names()}
        return {name.removeprefix("point_"): text for name, text in given.items() if text}

    def answer(self) -> dict[str, Any]:
        """The choice, the remarks by point, and the one on the whole."""
        return {
            "choice": self.cleaned_data["choice"],
            "points": self._points(),
            "remark": self.cleaned_data["remark"],
        }

    def clean(self) -> dict[str, Any]:
        """An objection says what is not right; a confirmation objects to nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        points, remark = self._points(), cleaned.get("remark", "").strip()
        if cleaned.get("choice") == OBJECTED and not points and not remark:
            self.add_error("remark", _("Say what is not right."))
        if cleaned.get("choice") == CONFIRMED and points:
            self.add_error(
                "choice", _("You confirmed, and objected to a point. Choose one of both.")
            )
        return cleaned
