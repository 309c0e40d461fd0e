"""Columns out of the database and snapshots into it: every figure as it was, nothing lost."""

from __future__ import annotations

import numpy as np
import pytest

from credit.selectors.columns import read_columns
from credit.services.snapshots import _digits, _places

pytestmark = pytest.mark.django_db


def test_every_cell_comes_as_it_is() -> None:
    rows = read_columns(
        "SELECT * FROM (VALUES (1, -0.5::numeric, 9007199254740991, 1e-300::float8),"
        " (%(second)s, 0.1, -3, 'infinity')) v (a, b, c, d) ORDER BY a DESC",
        {"second": 2},
        4,
    )
    assert rows.tolist() == [[2.0, 0.1, -3.0, np.inf], [1.0, -0.5, 9007199254740991.0, 1e-300]]
    assert rows.flags.writeable


def test_no_rows_are_an_empty_table() -> None:
    assert read_columns("SELECT 1, 2 WHERE false", {}, 2).shape == (0, 2)


@pytest.mark.parametrize("empty", ["(1), (NULL), (3)", "(NULL), (NULL), (NULL)"])
def test_an_empty_cell_is_refused(empty: str) -> None:
    with pytest.raises(ValueError, match="NULL"):
        read_columns(f"SELECT a, 1 FROM (VALUES {empty}) v (a)", {}, 2)


def test_figures_are_kept_with_the_digits_that_count() -> None:
    random = np.random.default_rng(5)
    values = random.normal(size=4000) * 10.0 ** random.integers(-9, 7, size=4000)
    values = np.concatenate((values, [0.0, 1.0, -10.0, 1000.0, 99995.5, 123456.0, 0.001]))

    assert _digits(values, 4).tolist() == [float(f"{value:.4g}") for value in values]
    assert _digits(values, 6).tolist() == [float(f"{value:.6g}") for value in values]


def test_chances_are_kept_with_five_places() -> None:
    values = np.random.default_rng(6).random(4000)

    assert _places(values, 5).tolist() == [float(f"{value:.5f}") for value in values]
