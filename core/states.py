"""States and choices of the ground floor."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    """What a member of staff may do. Sales see their own clients; the others see all."""

    SALES = "SALES", _("Sales")
    FINANCE = "FINANCE", _("Finance")
    MANAGER = "MANAGER", _("Manager")
    ADMIN = "ADMIN", _("Administrator")


class JobState(TextChoices):
    """Life of a background job."""

    QUEUED = "QUEUED", pgettext_lazy("job", "Queued")
    RUNNING = "RUNNING", pgettext_lazy("job", "Running")
    DONE = "DONE", pgettext_lazy("job", "Done")
    FAILED = "FAILED", pgettext_lazy("job", "Failed")


JOB_TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED}),
    JobState.RUNNING: frozenset({JobState.DONE, JobState.FAILED, JobState.RUNNING}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.QUEUED}),
}


class MailState(StrEnum):
    """The states of any mail that leaves at most once (`core.messaging`).

    The rooms have choices of the same values, with their labels and how one is taken back.
    """

    QUEUED = "QUEUED"
    INFLIGHT = "INFLIGHT"
    SENT = "SENT"
    FAILED = "FAILED"
    IN_DOUBT = "IN_DOUBT"
