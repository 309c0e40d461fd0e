"""What was refused is on record, outside the transaction that was rolled back."""

import json
from decimal import Decimal

import pytest

from core.models import AuditEvent
from payments.models import Allocation
from payments.services import UnableToAllocate, allocate
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_receipt, make_user


@pytest.mark.django_db(transaction=True)
def test_a_refused_act_is_recorded_with_who_and_which_rows() -> None:
    client, creditor, user = make_client(), make_creditor(), make_user()
    invoice = make_invoice(client, creditor, "10.00")
    receipt = make_receipt(client, creditor, "99.00")
    with pytest.raises(UnableToAllocate):
        allocate(receipt=receipt, lines=[(invoice, Decimal(11))], actor=user, at=NOW)
    assert not Allocation.objects.exists()
    event = AuditEvent.objects.get(stream="refusals")
    assert event.actor == user
    data = json.loads(event.payload)["data"]
    assert data["refusal"] == "UnableToAllocate"
    assert data["about"] == {"receipt": f"payments.receipt:{receipt.pk}"}
