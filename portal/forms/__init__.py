"""Forms of client links: what clients answer, and what the staff fill in."""

from portal.forms.answers import AnswerForm, StatementAnswerForm, answer_form
from portal.forms.staff import IssueLinkForm, LinkFilterForm, RevokeForm, StatementLinkForm

__all__ = [
    "AnswerForm",
    "IssueLinkForm",
    "LinkFilterForm",
    "RevokeForm",
    "StatementAnswerForm",
    "StatementLinkForm",
    "answer_form",
]
