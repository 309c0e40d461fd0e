"""Attach policy notices to a contract: the version in force on that day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from contracts.models import Contract, ContractNotice
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import PolicyNotice
from interactions.selectors.notices import version_in_force


class UnableToAttach(Refusal):
    """This notice cannot belong to this contract."""


@in_transaction
def attach_notice(
    *,
    contract: Contract,
    notice: PolicyNotice,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> ContractNotice:
    """Attach the version in force on a day; attaching it twice is harmless.

    Raises UnableToAttach for another creditor's notice, or one that is not in force yet.
    """
    if notice.creditor_id not in {None, contract.creditor_id}:
        raise UnableToAttach(_("This notice is of another creditor."))
    version = version_in_force(notice, on)
    if version is None:
        raise UnableToAttach(_("No version of this notice is in force on that day."))
    row, made = ContractNotice.objects.get_or_create(
        contract=contract,
        version=version,
        defaults={"attached_on": on, "attached_at": at, "attached_by": actor},
    )
    if made:
        audit.record(
            action="contracts.attach_notice",
            actor=actor,
            at=at,
            subject=row,
            stream=f"client:{contract.client_id}",
            payload={"contract": contract.pk, "version": version.pk, "sha256": version.sha256},
        )
    return row
