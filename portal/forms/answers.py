"""What a client fills in. One form per action, by the action's code."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.models import PortalLink
from portal.services.amendments import AGREED, DECLINED, REASON_LENGTH
from portal.services.deliveries import ACCEPTED, FAULT_LENGTH, REJECTED

# Answers stand above the name that is typed under them.
_LAST: Final = ("name", "key")


class AnswerForm(forms.Form):
    """A typed name, and a key that makes two clicks one answer."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("Typing your name here stands for your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, link: PortalLink, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.link = link
        self.ask()
        self.order_fields([name for name in self.fields if name not in _LAST])

    def ask(self) -> None:
        """Add the fields that depend on what the link asks."""

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them; those under words are folded until needed."""
        return [("", self.visible_fields())]

    def answer(self) -> dict[str, Any]:
        """What was chosen and written, without the name and the key."""
        return {name: value for name, value in self.cleaned_data.items() if name not in _LAST}


class ContractAnswerForm(AnswerForm):
    """The contract is read and accepted; whoever does not accept it sends no answer."""

    has_read = forms.BooleanField(label=_("I have read this contract and accept it"))


class DeliveryAnswerForm(AnswerForm):
    """A delivery is accepted, or what is wrong with it."""

    choice = forms.ChoiceField(
        label=_("Do you accept this delivery?"),
        choices=[
            (ACCEPTED, _("Yes, we accept it")),
            (REJECTED, _("No, something is wrong with it")),
        ],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("What is wrong"),
        required=False,
        max_length=FAULT_LENGTH,
        help_text=_("If you do not accept it: what is missing or not as agreed."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """A rejection says what is wrong."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("choice") == REJECTED and not cleaned.get("remark", "").strip():
            self.add_error("remark", _("Say what is wrong with it."))
        return cleaned


class AmendmentAnswerForm(AnswerForm):
    """The change is accepted, or why not."""

    choice = forms.ChoiceField(
        label=_("Do you accept this change?"),
        choices=[
            (AGREED, _("Yes, I have read it and accept it")),
            (DECLINED, _("No, I do not accept it")),
        ],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=_("If you do not accept it: why, and what you would agree to."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Whoever declines says why."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("choice") == DECLINED and not cleaned.get("remark", "").strip():
            self.add_error("remark", _("Say why you do not accept it."))
        return cleaned
