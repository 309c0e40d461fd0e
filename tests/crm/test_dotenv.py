""".env is read before anything decides whether to start servers."""

import os
from pathlib import Path

import pytest

from crm.embedded import EmbeddedError, dotenv


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DW_TEST=plain", "plain"),
        ("export DW_TEST = spaced ", "spaced"),
        ('DW_TEST="two words # kept"', "two words # kept"),
        ("DW_TEST='a=b'", "a=b"),
        ("DW_TEST=pass#word", "pass#word"),
        ("DW_TEST=value # a comment", "value"),
        ('DW_TEST="', '"'),
    ],
)
def test_it_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, value: str) -> None:
    monkeypatch.setenv("DW_TEST", "")
    monkeypatch.delenv("DW_TEST")
    (tmp_path / ".env").write_text(f"# a comment\n\n{line}\n", encoding="utf-8")

    dotenv.load(tmp_path / ".env")

    assert os.environ["DW_TEST"] == value


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DW_TEST", "environment")
    (tmp_path / ".env").write_text("DW_TEST=file\n", encoding="utf-8")

    dotenv.load(tmp_path / ".env")

    assert os.environ["DW_TEST"] == "environment"


def test_an_empty_value_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DW_TEST", raising=False)
    (tmp_path / ".env").write_text("DW_TEST=\n", encoding="utf-8")

    dotenv.load(tmp_path / ".env")

    assert "DW_TEST" not in os.environ


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# GOOD=1\nnot a setting\n", encoding="utf-8")

    with pytest.raises(EmbeddedError, match="line 2"):
        dotenv.load(tmp_path / ".env")


def test_no_file_is_fine(tmp_path: Path) -> None:
    dotenv.load(tmp_path / "absent")


def test_tests_do_not_read_the_developers_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DW_TEST", raising=False)
    (tmp_path / ".env").write_text("DW_TEST=file\n", encoding="utf-8")

    dotenv.load_unless_ignored(tmp_path / ".env")

    assert "DW_TEST" not in os.environ
