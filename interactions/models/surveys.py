"""How content clients are: the questions, who was asked about what, and what they answered."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.models import User
from interactions.models.care import ServiceLevel
from interactions.models.log import Interaction
from interactions.states import SurveyOccasion

GAP_DAYS = 90


class SurveyPolicy(models.Model):
    """How many days a creditor leaves between two surveys of one client; 90 if it never said."""

    creditor = models.OneToOneField(
        Creditor, on_delete=models.PROTECT, related_name="survey_policy"
    )
    gap_days = models.PositiveSmallIntegerField(_("days between surveys"), default=GAP_DAYS)

    class Meta:
        verbose_name = _("survey policy")
        verbose_name_plural = _("survey policies")
        ordering = ("creditor",)
        constraints = (
            models.CheckConstraint(
                condition=Q(gap_days__gte=1, gap_days__lte=730), name="survey_gap_sane"
            ),
        )

    def __str__(self) -> str:
        return f"{self.creditor_id}: {self.gap_days}"


class SurveyVersion(models.Model):
    """A wording of the two questions, in both languages. The newest is asked. Append-only."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    question = models.CharField(_("question"), max_length=300)
    question_zh = models.CharField(_("question in Chinese"), max_length=300)
    open_question = models.CharField(_("open question"), max_length=300)
    open_question_zh = models.CharField(_("open question in Chinese"), max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("survey wording")
        verbose_name_plural = _("survey wordings")
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(question="")
                & ~Q(question_zh="")
                & ~Q(open_question="")
                & ~Q(open_question_zh=""),
                name="survey_questions_given",
            ),
        )

    def __str__(self) -> str:
        return str(self.number)

    def question_in(self, language: str) -> str:
        """The question on a scale."""
        return self.question_zh if language == "zh-hans" else self.question

    def open_question_in(self, language: str) -> str:
        """The question that is answered in words."""
        return self.open_question_zh if language == "zh-hans" else self.open_question

    @property
    def question_shown(self) -> str:
        """The question for whoever reads the page."""
        return self.question_in(get_language() or "en")


class SurveyRequestQuerySet(models.QuerySet["SurveyRequest"]):
    """Who was asked."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class SurveyRequest(models.Model):
    """A client was asked after something had happened. Append-only."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="survey_requests")
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="requests")
    occasion = models.CharField(_("asked after"), max_length=10, choices=SurveyOccasion)
    # A soft link: what it was about may lie in any room.
    about_type = models.CharField(max_length=60)
    about_id = models.CharField(max_length=60)
    asked_on = models.DateField(_("asked"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SurveyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey request")
        verbose_name_plural = _("survey requests")
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(occasion__in=SurveyOccasion.values), name="survey_occasion_known"
            ),
        )
        indexes = (
            models.Index(fields=["client", "-asked_on"], name="survey_request_client"),
            models.Index(fields=["about_type", "about_id"], name="survey_request_about"),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.asked_on}"


class SurveyAnswerQuerySet(models.QuerySet["SurveyAnswer"]):
    """What clients answered."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class SurveyAnswer(models.Model):
    """How content a client is. Account manager and level are those of that day. Append-only."""

    request = models.OneToOneField(SurveyRequest, on_delete=models.PROTECT, related_name="answer")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="survey_answers")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, null=True, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    comment = models.TextField(_("in their words"), blank=True)
    wants_to_complain = models.BooleanField(_("wants to complain"), default=False)
    name = models.CharField(_("answered by"), max_length=120)
    answered_on = models.DateField(_("answered"))
    answered_at = models.DateTimeField()
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ("-answered_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="survey_score_one_to_five"
            ),
        )
        indexes = (
            models.Index(fields=["-answered_on", "-id"], name="survey_answer_recent"),
            models.Index(fields=["client", "-answered_on"], name="survey_answer_client"),
        )

    def __str__(self) -> str:
        return f"{self.client_id}: {self.score}"
