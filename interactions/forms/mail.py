"""Forms of the mail archive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interactions.states import MailDismissal

MOST_FILES = 50


class _SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One or more files. Each is judged by itself when it is archived."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """All files given, within reason."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(_("Choose one or more mails saved as .eml."))
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("Choose at most %(count)d files at once.") % {"count": MOST_FILES}
            )
        return list(given)


class MailUploadForm(forms.Form):
    """Mails saved by any mail program."""

    mails = SeveralFilesField(
        label=gettext_lazy("Mails (.eml)"),
        widget=_SeveralFiles(attrs={"accept": ".eml,message/rfc822"}),
        help_text=gettext_lazy(
            "Several at once are fine. A mail that is archived already is recognised."
        ),
    )


class DismissForm(forms.Form):
    """Why a mail is set aside."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=MailDismissal.choices, widget=forms.RadioSelect
    )
