"""Forms of the library of texts."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from clients.states import Language
from core.forms import DayField
from interactions.forms.tone import CalmForm
from interactions.models import MessageTemplate, MessageTemplateVersion
from interactions.selectors.outgoing import mail_contacts
from interactions.states import Situation, TextChannel, TextTone

_FILED: Final = ("situation", "channel", "tone", "name", "name_zh", "position", "is_active")
_WORDING: Final = ("subject", "body", "subject_zh", "body_zh")


class TextForm(CalmForm):
    """A text of the library in both languages."""

    calm_fields = _WORDING

    situation = forms.ChoiceField(label=_("Situation"), choices=Situation)
    channel = forms.ChoiceField(label=_("Goes out by"), choices=TextChannel)
    tone = forms.ChoiceField(label=_("Tone"), choices=TextTone)
    name = forms.CharField(label=_("Name"), max_length=80)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}), max_length=10_000
    )
    subject_zh = forms.CharField(label=_("Subject in Chinese"), max_length=200, required=False)
    body_zh = forms.CharField(
        label=_("Text in Chinese"),
        widget=forms.Textarea(attrs={"rows": 12, "lang": "zh-Hans"}),
        max_length=10_000,
    )
    position = forms.IntegerField(
        label=_("Position"), min_value=0, max_value=10_000, initial=100, help_text=_("Small first.")
    )
    is_active = forms.BooleanField(
        label=pgettext_lazy("of an entry", "In use"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        template: MessageTemplate | None = None,
        newest: MessageTemplateVersion | None = None,
        **kwargs: Any,
    ) -> None:
        initial = {name: getattr(template, name) for name in _FILED} if template else {}
        initial |= {name: getattr(newest, name) for name in _WORDING} if newest else {}
        super().__init__(*args, initial=initial, **kwargs)

    def language_of_field(self, name: str) -> str:
        """Each field has its language."""
        return Language.ZH if name.endswith("_zh") else Language.EN

    def filed(self) -> dict[str, Any]:
        """How the text is filed."""
        return {name: self.cleaned_data[name] for name in _FILED}

    def wording(self) -> dict[str, str]:
        """What it says."""
        return {name: self.cleaned_data[name] for name in _WORDING}


class PickForm(forms.Form):
    """Which text, to whom, and by when an answer is asked for. A GET form: it only reads."""

    template = forms.ModelChoiceField(
        label=_("Text"),
        queryset=MessageTemplate.objects.none(),
        required=False,
        empty_label=pgettext_lazy("text", "None"),
    )
    contact = forms.ModelChoiceField(
        label=pgettext_lazy("mail", "To"),
        queryset=Client.objects.none(),
        required=False,
        empty_label=pgettext_lazy("contact", "First choice"),
    )
    deadline = DayField(label=_("Answer by"), required=False)
    reply = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, client: Client, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = MessageTemplate.objects.filter(channel=channel, is_active=True)
        self._offer("template", texts.order_by("position", "pk"))
        people = client.contacts.filter(opted_out_at=None).order_by("-is_primary", "pk")
        self._offer("contact", mail_contacts(client) if channel == TextChannel.MAIL else people)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = rows


class PreviewForm(forms.Form):
    """With whose facts a text is shown."""

    client = forms.CharField(label=_("Client code"), max_length=60, required=False)
