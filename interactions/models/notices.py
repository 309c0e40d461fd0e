"""Policy notices: the rules a client is told, in versions, and who said that it has read them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from clients.states import Language
from core.models import User
from interactions.states import NoticeKind

HASH = r"^[0-9a-f]{64}$"


class PolicyNotice(models.Model):
    """A set of rules: of one creditor, or of all. Its words are in its versions."""

    kind = models.CharField(_("kind"), max_length=8, choices=NoticeKind)
    creditor = models.ForeignKey(
        Creditor,
        verbose_name=_("creditor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policy_notices",
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("policy notice")
        verbose_name_plural = _("policy notices")
        ordering = ("kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "creditor"], nulls_distinct=False, name="notice_once_per_creditor"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_kind_known"
            ),
        )

    def __str__(self) -> str:
        return str(NoticeKind(self.kind).label)


class NoticeVersion(models.Model):
    """One wording of a notice in both languages, with the hash of it. Append-only."""

    notice = models.ForeignKey(PolicyNotice, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=160)
    title_zh = models.CharField(_("title in Chinese"), max_length=160)
    text = models.TextField(_("text"))
    text_zh = models.TextField(_("text in Chinese"))
    sha256 = models.CharField(max_length=64)
    active_from = models.DateField(_("in force from"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a notice")
        verbose_name_plural = _("versions of notices")
        ordering = ("notice", "-number")
        constraints = (
            models.UniqueConstraint(fields=["notice", "number"], name="notice_version_once"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(title_zh="") & ~Q(text="") & ~Q(text_zh=""),
                name="notice_in_both_languages",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=HASH), name="notice_version_hash_whole"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title_in(get_language() or 'en')} ({self.number})"

    def title_in(self, language: str) -> str:
        """Its title in a language."""
        return self.title_zh if language == "zh-hans" else self.title

    def text_in(self, language: str) -> str:
        """Its words in a language."""
        return self.text_zh if language == "zh-hans" else self.text

    @property
    def title_shown(self) -> str:
        """Its title for whoever reads the page."""
        return self.title_in(get_language() or "en")


class AcknowledgementQuerySet(models.QuerySet["NoticeAcknowledgement"]):
    """Who has read what."""

    def visible_to(self, user: User) -> Self:
        """Those of the clients this user may see."""
        return self if user.sees_all_clients else self.filter(client__owner=user)


class NoticeAcknowledgement(models.Model):
    """A client said that it has read one version: by which name, when, from where. Append-only."""

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="notice_acknowledgements"
    )
    version = models.ForeignKey(
        NoticeVersion, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    language = models.CharField(max_length=10, choices=Language)
    name = models.CharField(_("name"), max_length=120)
    address = models.GenericIPAddressField(_("address"))
    text_sha256 = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledgement of a notice")
        verbose_name_plural = _("acknowledgements of notices")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="acknowledged_by_name"),
            models.CheckConstraint(
                condition=Q(text_sha256__regex=HASH), name="acknowledged_hash_whole"
            ),
        )
        indexes = (models.Index(fields=["client", "version"], name="acknowledged_client"),)

    def __str__(self) -> str:
        return f"{self.client_id}: {self.version_id}"
