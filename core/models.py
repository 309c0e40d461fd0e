"""Ground floor: users, the audit chain, documents, the outbox and background jobs."""

from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.states import JobState, MailState, Role


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail is the login name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a member of staff. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("An e-mail address is needed.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator."""
        fields.setdefault("role", Role.ADMIN)
        fields.setdefault("name", email.split("@", maxsplit=1)[0])
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail, whatever its case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Clients have no accounts: they answer through portal links."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.SALES)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[("en", "English"), ("zh-hans", "简体中文")],
        blank=True,
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Only administrators enter the Django admin."""
        return self.is_active and self.role == Role.ADMIN

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """In the back room the role decides; what is history is read-only there for everybody."""
        return self.is_staff or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the back room shows a room at all."""
        return self.is_staff or super().has_module_perms(app_label)

    @property
    def sees_all_clients(self) -> bool:
        """Finance, managers and administrators see every client; sales see their own."""
        return self.role in {Role.FINANCE, Role.MANAGER, Role.ADMIN}

    @property
    def may_approve(self) -> bool:
        """Managers and administrators approve, override and export evidence."""
        return self.role in {Role.MANAGER, Role.ADMIN}


class AuditStream(models.Model):
    """Head of one hash chain. The row is locked while an event is added to it."""

    name = models.CharField(max_length=80, primary_key=True)
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("audit stream")

    def __str__(self) -> str:
        return self.name


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """The record of acts; managers and administrators read it."""

    def visible_to(self, user: User) -> Self:
        """Acts this user may read."""
        return self if user.may_approve else self.filter(actor=user)


class AuditEvent(models.Model):
    """One act, in a hash chain: `hash = SHA-256(prev_hash || payload)`. Never changed."""

    stream = models.ForeignKey(AuditStream, on_delete=models.PROTECT, related_name="events")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    payload = models.TextField(help_text="Canonical JSON of the whole act, as it was hashed.")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["stream", "seq"], name="audit_stream_seq"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="audit_seq_positive"),
        )
        indexes = (
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_subject"),
            models.Index(fields=["actor", "-at"], name="audit_actor"),
        )

    def __str__(self) -> str:
        return f"{self.stream_id} #{self.seq} {self.action}"


class Document(models.Model):
    """A kept file: content hash, type by content, random storage name. Never changed."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(help_text="Bytes.")
    mime = models.CharField(max_length=120)
    original_name = models.CharField(max_length=255)
    storage_name = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("document")
        ordering = ("-created_at", "-pk")
        constraints = (models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),)

    def __str__(self) -> str:
        return self.original_name


class OutboxItem(models.Model):
    """Work promised by a committed transaction. The sweeper takes it; Celery only wakes it."""

    task = models.CharField(max_length=120)
    key = models.CharField(max_length=160, unique=True)
    args = models.JSONField(default=dict)
    available_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("outbox item")
        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=["available_at", "id"],
                condition=Q(done_at=None, failed_at=None),
                name="outbox_waiting",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(failed_at=None), name="outbox_done_or_failed"
            ),
        )

    def __str__(self) -> str:
        return self.key


class MailOnItsWay(models.Model):
    """What `core.messaging` knows of a mail to a client. The bytes are frozen by its claim."""

    state = models.CharField(max_length=12, default=MailState.QUEUED)
    message_id = models.CharField(max_length=200, unique=True)
    raw = models.BinaryField(null=True, editable=False)
    raw_sha256 = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    queued_at = models.DateTimeField()
    available_at = models.DateTimeField(
        _("not before"), help_text="Quiet hours and waits after a failure move it on."
    )
    claimed_at = models.DateTimeField(null=True)
    data_at = models.DateTimeField(
        null=True,
        help_text="Set before the text is handed to the mail server; never sent again after it.",
    )
    sent_at = models.DateTimeField(_("sent"), null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    client_id: int

    class Meta:
        abstract = True


class JobQuerySet(models.QuerySet["Job"]):
    """Background jobs."""

    def visible_to(self, user: User) -> Self:
        """Own jobs; managers and administrators see all."""
        return self if user.may_approve else self.filter(created_by=user)


class Job(models.Model):
    """Long work with progress that a page polls; it can be left and come back to."""

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    args = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="jobs")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(total=0) | Q(done__lte=F("total")), name="job_done_within_total"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int | None:
        """Progress in whole percent; None while the total is not known."""
        return self.done * 100 // self.total if self.total else None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in {JobState.DONE, JobState.FAILED}
