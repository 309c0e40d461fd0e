"""What a client fills in when it reads a notice, or is asked how content it is."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interactions.rules.care import SCORES
from interactions.states import score_words
from portal.forms.answers import AnswerForm
from portal.services.surveys import COMMENT_LENGTH


class NoticeAnswerForm(AnswerForm):
    """The notice was read."""

    has_read = forms.BooleanField(label=_("I have read this notice"))


class SurveyAnswerForm(AnswerForm):
    """How content the client is, in one choice and in words."""

    score = forms.ChoiceField(
        label=_("Your answer"),
        choices=lambda: [(str(one), score_words(one)) for one in reversed(SCORES)],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    complain = forms.BooleanField(label=_("I want to complain"), required=False)

    def ask(self) -> None:
        """The questions stand where they are answered, as they were frozen with the link."""
        asked = self.link.facts.get(get_language() or "en", self.link.facts["en"])
        self.fields["score"].label = asked["question"]
        self.fields["comment"].label = asked["open_question"]
