"""Forms of policy notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Creditor
from core.forms import DayField
from interactions.services.notices import WORDS
from interactions.states import NoticeKind


class NoticeForm(forms.Form):
    """The words of a version in both languages, and from when they hold."""

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=160)
    text_zh = forms.CharField(
        label=_("Text in Chinese"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    active_from = DayField(label=_("In force from"))

    def words(self) -> dict[str, str]:
        """Title and text in both languages."""
        return {name: self.cleaned_data[name] for name in WORDS}


class NewNoticeForm(NoticeForm):
    """A new notice: also its kind, and whose it is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NoticeKind.choices)
    creditor = forms.ModelChoiceField(
        Creditor.objects.order_by("code"),
        label=_("Creditor"),
        required=False,
        empty_label=_("All creditors"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["kind", "creditor"])
