"""States and choices of contracts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContractState(TextChoices):
    """Life of a contract."""

    DRAFT = "DRAFT", pgettext_lazy("contract", "Draft")
    ACTIVE = "ACTIVE", pgettext_lazy("contract", "Active")
    SUSPENDED = "SUSPENDED", pgettext_lazy("contract", "Suspended")
    COMPLETED = "COMPLETED", pgettext_lazy("contract", "Completed")
    TERMINATED = "TERMINATED", pgettext_lazy("contract", "Terminated")


TRANSITIONS: dict[ContractState, frozenset[ContractState]] = {
    ContractState.DRAFT: frozenset({ContractState.ACTIVE, ContractState.TERMINATED}),
    ContractState.ACTIVE: frozenset(
        {ContractState.SUSPENDED, ContractState.COMPLETED, ContractState.TERMINATED}
    ),
    ContractState.SUSPENDED: frozenset({ContractState.ACTIVE, ContractState.TERMINATED}),
    ContractState.COMPLETED: frozenset(),
    ContractState.TERMINATED: frozenset(),
}


class LateChargeKind(TextChoices):
    """What the contract says about paying late."""

    NONE = "NONE", _("Nothing agreed")
    PRESET = "PRESET", _("Statutory preset")
    RATE = "RATE", _("Agreed rate")
