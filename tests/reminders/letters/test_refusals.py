"""When no demand letter is made."""

from typing import Any

import pytest

from clients.models import Client, Creditor
from clients.states import Language
from core.models import User
from core.pdf.errors import UnableToRenderPdf
from interactions.models import Interaction
from reminders.models import DemandLetter
from reminders.services import letters as services
from reminders.services.letters import UnableToMakeLetter, make_letter, retry_letter
from reminders.states import LetterState
from tests.factories import NOW, TODAY, make_client, make_creditor, make_invoice, make_receipt, pay
from tests.reminders.letters.cast import ordered

pytestmark = pytest.mark.django_db


def test_it_refuses_when_nothing_is_overdue(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor, due_on=TODAY)
    with pytest.raises(UnableToMakeLetter, match="Nothing is overdue"):
        ordered(client_row, creditor, finance)
    assert not DemandLetter.objects.exists()


def test_it_refuses_while_credit_is_applied_to_nothing(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    make_receipt(client_row, creditor, "300.00")
    with pytest.raises(UnableToMakeLetter, match="Apply or refund"):
        ordered(client_row, creditor, finance)


def test_it_refuses_without_an_account_to_be_paid_on(client_row: Client, finance: User) -> None:
    bare = make_creditor()
    make_invoice(client_row, bare)
    with pytest.raises(UnableToMakeLetter, match="bank account in CNY"):
        ordered(client_row, bare, finance)


def test_it_refuses_a_deadline_that_has_passed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    with pytest.raises(UnableToMakeLetter) as refusal:
        ordered(client_row, creditor, finance, deadline_on=TODAY)
    assert refusal.value.field == "deadline_on"


def test_it_refuses_a_second_one_while_the_first_is_being_made(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    ordered(client_row, creditor, finance)
    with pytest.raises(UnableToMakeLetter, match="is being made"):
        ordered(client_row, creditor, finance, key="k2")


def test_a_letter_paid_before_it_is_made_is_not_made(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    invoice = make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    pay(invoice)
    with pytest.raises(UnableToMakeLetter):
        make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert "Nothing is overdue" in letter.error
    assert letter.document is None
    assert not Interaction.objects.filter(kind="LETTER").exists()


def test_a_failed_letter_can_be_made_again(
    client_row: Client, creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)

    def broken(**_arguments: Any) -> bytes:
        raise UnableToRenderPdf("memory")

    monkeypatch.setattr(services, "render_pdf", broken)
    with pytest.raises(UnableToRenderPdf):
        make_letter(letter_id=letter.pk, at=NOW)
    monkeypatch.undo()
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert retry_letter(letter=letter, actor=finance, at=NOW)
    assert not retry_letter(letter=letter, actor=finance, at=NOW)
    make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert letter.error == ""


def test_a_client_whose_name_no_font_can_print_is_refused_by_character(
    creditor: Creditor, finance: User
) -> None:
    client = make_client(legal_name="شركة", language=Language.EN)
    make_invoice(client, creditor)
    letter = ordered(client, creditor, finance, language="en")
    with pytest.raises(UnableToRenderPdf):
        make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert "U+0634" in letter.error
