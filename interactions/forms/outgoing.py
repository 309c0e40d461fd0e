"""Forms of mails and short messages written in the product."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Contact, Creditor
from core.models import Document
from interactions.forms.tone import CalmForm
from interactions.models import MailMessage, MessageTemplateVersion
from interactions.selectors.outgoing import answerable, creditor_for, files_of, mail_contacts
from interactions.services.outgoing import LONGEST_BODY, Letter
from interactions.states import OutgoingState


def contact_label(obj: Contact) -> str:
    """A person as a list of choices shows it."""
    return f"{obj.name} <{obj.email}>" if obj.email else obj.name


class ComposeForm(CalmForm):
    """A mail to one contact of one client. `key` tells a form sent twice from two forms."""

    calm_fields = ("subject", "body")

    contact = forms.ModelChoiceField(
        label=pgettext_lazy("mail", "To"), queryset=Contact.objects.none(), empty_label=None
    )
    creditor = forms.ModelChoiceField(
        label=pgettext_lazy("mail", "From"), queryset=Creditor.objects.none(), empty_label=None
    )
    subject = forms.CharField(label=_("Subject"), max_length=300)
    body = forms.CharField(
        label=_("Text"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 14})
    )
    documents = forms.MultipleChoiceField(
        label=_("Attach"), required=False, widget=forms.CheckboxSelectMultiple
    )
    template = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reply = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        initial = {
            "key": uuid.uuid4().hex,
            "creditor": creditor_for(client),
            **kwargs.pop("initial", {}),
        }
        super().__init__(
            *args, to_client=client, text_language=client.language, initial=initial, **kwargs
        )
        self.client = client
        self.papers = files_of(client)
        contacts, creditors = self.fields["contact"], self.fields["creditor"]
        assert isinstance(contacts, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(creditors, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        contacts.queryset = mail_contacts(client)
        contacts.label_from_instance = contact_label  # type: ignore[method-assign]  # a plain function does
        creditors.queryset = Creditor.objects.order_by("code")
        self._offer_files()

    def _offer_files(self) -> None:
        field = self.fields["documents"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(str(document.pk), title) for document, title in self.papers]
        if not self.papers:
            del self.fields["documents"]

    def answered(self) -> MailMessage | None:
        """The mail this answers; only one of this very client."""
        asked = self["reply"].value()
        return answerable(self.client, int(asked)) if str(asked or "").isdecimal() else None

    def letter(self) -> Letter:
        """What was written."""
        read = self.cleaned_data
        chosen = set(read.get("documents") or [])
        documents: tuple[Document, ...] = tuple(
            document for document, _title in self.papers if str(document.pk) in chosen
        )
        template = MessageTemplateVersion.objects.filter(pk=read.get("template") or 0).first()
        return Letter(
            client=self.client,
            creditor=read["creditor"],
            contact=read["contact"],
            subject=read["subject"],
            body=read["body"],
            language=self.client.language,
            replies_to=self.answered(),
            template=template,
            documents=documents,
            tone_reason=read["tone_reason"],
        )


class ShortForm(CalmForm):
    """An SMS or WeChat text, to be copied and sent by hand."""

    calm_fields = ("body",)

    contact = forms.ModelChoiceField(
        label=pgettext_lazy("mail", "To"), queryset=Contact.objects.none(), empty_label=None
    )
    body = forms.CharField(
        label=_("Text"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, to_client=client, text_language=client.language, **kwargs)
        contacts = self.fields["contact"]
        assert isinstance(contacts, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        contacts.queryset = client.contacts.filter(opted_out_at=None).order_by("-is_primary", "pk")


class DecideForm(forms.Form):
    """What a person found out about a mail in doubt."""

    ARRIVED = (
        ("yes", _("It arrived: it counts as sent")),
        ("no", _("It did not arrive: it may be written anew")),
    )

    arrived = forms.ChoiceField(
        label=_("What became of it"), choices=ARRIVED, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("How do you know?"),
        max_length=300,
        help_text=_("For example: the client confirmed it, or the mail server's journal says so."),
    )


class OutgoingFilter(forms.Form):
    """Whose written mails are listed."""

    q = forms.CharField(label=_("Client or subject"), required=False, max_length=80)
    state = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_state(self) -> str:
        """Only a state that there is."""
        state: str = self.cleaned_data["state"]
        return state if state in OutgoingState.values else ""
