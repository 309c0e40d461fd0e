"""Long lists walked by key, and tables that leave the house."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exports import csv_response, escape_formula, xlsx_response
from core.forms import AmountField, typed_text
from core.models import User
from core.paging import capped_count, stretch
from tests.factories import make_user


@pytest.mark.django_db
@pytest.mark.parametrize("order", [("name", "pk"), ("-name", "-pk"), ("pk", "pk"), ("-pk", "-pk")])
def test_every_row_is_met_once_in_order(order: tuple[str, str]) -> None:
    for n in range(7):
        make_user(name=f"same {n % 2}")
    met: list[int] = []
    after = ""
    for _ in range(9):
        found = stretch(User.objects.all(), order=order, after=after, size=2)
        met += [user.pk for user in found.rows]
        after = found.cursor
        if not after:
            break
    expected = list(User.objects.order_by(*order).values_list("pk", flat=True))
    assert met == expected


def test_an_order_of_two_directions_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="same way"):
        stretch(User.objects.all(), order=("name", "-pk"))


@pytest.mark.django_db
def test_counting_stops_at_the_cap() -> None:
    for _ in range(3):
        make_user()
    assert capped_count(User.objects.all(), cap=2) == (2, True)
    assert capped_count(User.objects.all(), cap=3) == (3, False)


@given(st.text(max_size=20))
def test_no_exported_cell_begins_a_formula(text: str) -> None:
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(max_size=200))
def test_typed_text_is_one_short_printable_line(text: str) -> None:
    found = typed_text(text)
    assert len(found) <= 80
    assert found.isprintable()


def test_csv_opens_in_excel_with_its_chinese() -> None:
    response = csv_response(name="表.csv", headings=["名"], rows=[["远东"]])
    data = b"".join(response.streaming_content)  # type: ignore[arg-type]  # it is not asynchronous
    assert data.startswith("\ufeff".encode())
    assert "远东" in data.decode()


def test_xlsx_keeps_a_formula_as_text() -> None:
    response = xlsx_response(name="t.xlsx", title="T", headings=["=A1"], rows=[["@SUM(1)"]])
    data = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[arg-type]  # as above
    cells = [cell for row in openpyxl.load_workbook(data).worksheets[0].rows for cell in row]
    assert [cell.value for cell in cells] == ["'=A1", "'@SUM(1)"]


@pytest.mark.parametrize("text", ["1,234.50", "1 234.50", "1，234.50"])
def test_an_amount_may_be_copied_from_a_statement(text: str) -> None:
    assert str(AmountField().clean(text)) == "1234.50"
