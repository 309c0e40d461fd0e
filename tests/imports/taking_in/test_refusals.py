"""Refusals: nothing is written, and every problem has its row and column."""

from pathlib import Path

import pytest

from clients.models import Client, Creditor
from imports.models import LedgerImport
from imports.rules.problems import Problem
from imports.services.imports import UnableToImport
from payments.models import Invoice
from tests.imports.ledgers import refused, take_in, write
from tests.imports.taking_in.cast import HEAD, PARTIAL, D, sums

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("A,1,2026-13-45,2026-01-31,100", [(2, "Date", "bad_date")]),
        ("A,1,,2026-01-31,100", [(2, "Date", "missing_value")]),
        ("A,1,2026-01-01,,100", [(2, "Due", "no_due_date")]),
        ("A,1,2026-01-01,2026-01-31,1OO", [(2, "Amount", "bad_amount")]),
        ("A,1,2026-01-01,2026-01-31,", [(2, "Amount", "missing_value")]),
        ("A,1,2026-01-01,2026-01-31,1.005", [(2, "Amount", "too_precise")]),
        ("A,1,2026-01-01,2026-01-31,9999999999999999", [(2, "Amount", "too_large")]),
        (",1,2026-01-01,2026-01-31,100", [(2, "Client", "missing_value")]),
        ("A,,2026-01-01,2026-01-31,100", [(2, "Invoice", "missing_value")]),
        (f"A,{'9' * 81},2026-01-01,2026-01-31,100", [(2, "Invoice", "too_long")]),
        ("A,1,2026-01-01,2026-01-31,100,oops", [(2, "", "extra_cells")]),
        (
            "A,1,2026-01-01,2026-01-31,100\nB,1,2026-01-01,2026-01-31,100",
            [(3, "Client", "number_clash")],
        ),
        (
            "A,1,2026-01-01,2026-01-31,100\nA,1,2026-01-02,2026-01-31,50",
            [(3, "Date", "number_clash")],
        ),
        (
            "A,1,2026-01-01,2026-01-31,100\nA,1,2026-01-01,2026-01-31,100",
            [(3, "Invoice", "row_twice")],
        ),
        (
            "A,1,bad,2026-01-31,100\nA,2,2026-01-01,2026-01-31,x",
            [(2, "Date", "bad_date"), (3, "Amount", "bad_amount")],
        ),
    ],
)
def test_a_bad_cell_refuses_the_file_and_names_its_place(
    creditor: Creditor, tmp_path: Path, text: str, problems: list[tuple[int, str, str]]
) -> None:
    good = "Good,G1,2026-01-01,2026-01-31,100"
    path = write(tmp_path, f"{HEAD}\n{text}\n{good}\n")
    assert refused(path, creditor) == problems
    assert sums()[0] == Client.objects.count() == LedgerImport.objects.count() == 0


def test_ambiguous_dates_are_asked_for_and_taken_when_given(
    creditor: Creditor, tmp_path: Path
) -> None:
    path = write(tmp_path, f"{HEAD}\nA,1,1/2/2026,3/4/2026,100\nA,2,5/6/2026,7/8/2026,100\n")
    assert {code for _row, _column, code in refused(path, creditor)} == {Problem.AMBIGUOUS_DATES}
    take_in(path, creditor, conventions={"date_order": "dmy"})
    assert Invoice.objects.get(number="1").issued_on == D(2026, 2, 1)


def test_terms_decide_ambiguous_dates(creditor: Creditor, tmp_path: Path) -> None:
    text = "Client,Invoice,Date,Due,Terms,Amount\nA,1,1/2/2026,3/3/2026,Net 30,100\n"
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get().issued_on == D(2026, 2, 1)


def test_balances_must_fit_their_amounts(creditor: Creditor, tmp_path: Path) -> None:
    rows = "A,1,2026-01-01,2026-01-31,100,101,\nA,2,2026-01-01,2026-01-31,0,5,\n"
    assert refused(write(tmp_path, PARTIAL + rows), creditor) == [
        (2, "Open Balance", Problem.BALANCE_ABOVE_AMOUNT),
        (3, "Amount", Problem.ZERO_AMOUNT),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B,1,2026-01-01,2026-01-31,100", "Client"),
        ("A,1,2026-01-02,2026-01-31,100", "Date"),
        ("A,1,2026-01-01,2026-02-01,100", "Due"),
        ("A,1,2026-01-01,2026-01-31,101", "Amount"),
    ],
)
def test_a_changed_fact_of_a_known_invoice_refuses_the_file(
    creditor: Creditor, tmp_path: Path, row: str, column: str
) -> None:
    take_in(write(tmp_path, f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\n"), creditor)
    changed = write(tmp_path, f"{HEAD}\n{row}\nC,2,2026-01-01,2026-01-31,5\n")
    assert refused(changed, creditor) == [(2, column, Problem.CHANGED_FACT)]
    assert sums()[0] == 1


def test_closed_books_stay_closed(creditor: Creditor, tmp_path: Path) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(books_closed_on=D(2026, 1, 31))
    creditor.refresh_from_db()
    text = f"{HEAD},Settled date\nA,1,2026-01-31,2026-02-28,100,\nA,2,2026-02-01,2026-02-28,5,2026-01-15\n"
    assert refused(write(tmp_path, text), creditor) == [
        (2, "Date", Problem.BOOKS_CLOSED),
        (3, "Settled date", Problem.BOOKS_CLOSED),
    ]


def test_a_summary_by_age_is_asked_for_in_detail(creditor: Creditor, tmp_path: Path) -> None:
    text = "Customer,Current,1 - 30,31 - 60,61 - 90,91 and over,Total\nAcme,1,2,3,4,5,15\n"
    assert refused(write(tmp_path, text), creditor) == [(1, "", Problem.SUMMARY_REPORT)]


def test_all_problems_are_counted_and_the_first_ones_shown(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows = "".join(f"A,{n},never,2026-01-31,100\n" for n in range(3000))
    with pytest.raises(UnableToImport) as caught:
        take_in(write(tmp_path, f"{HEAD}\n{rows}"), creditor)
    findings = caught.value.findings
    assert findings.problem_count == 3000
    assert len(findings.problems) == 1000
