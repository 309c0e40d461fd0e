"""Forms of client links: what clients answer, and what the staff fill in."""

from typing import Final

from portal.forms.answers import (
    AmendmentAnswerForm,
    AnswerForm,
    ContractAnswerForm,
    DeliveryAnswerForm,
)
from portal.forms.appeals import AppealAnswerForm
from portal.forms.care import NoticeAnswerForm, SurveyAnswerForm
from portal.forms.minutes import MinutesAnswerForm
from portal.forms.staff import (
    IssueLinkForm,
    LinkFilterForm,
    RemindingLinkForm,
    RevokeForm,
    StatementLinkForm,
)
from portal.forms.statements import StatementAnswerForm

__all__ = [
    "AnswerForm",
    "IssueLinkForm",
    "LinkFilterForm",
    "RemindingLinkForm",
    "RevokeForm",
    "StatementAnswerForm",
    "StatementLinkForm",
    "answer_form",
]

_FORMS: Final[dict[str, type[AnswerForm]]] = {
    "amendment.accept": AmendmentAnswerForm,
    "contract.accept": ContractAnswerForm,
    "decision.appeal": AppealAnswerForm,
    "delivery.accept": DeliveryAnswerForm,
    "minutes.confirm": MinutesAnswerForm,
    "notice.acknowledge": NoticeAnswerForm,
    "statement.confirm": StatementAnswerForm,
    "survey.answer": SurveyAnswerForm,
}


def answer_form(code: str) -> type[AnswerForm]:
    """The form of an action; one that asks for the name alone has none of its own."""
    return _FORMS.get(code, AnswerForm)
