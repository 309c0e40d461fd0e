"""Files of a test stay in its own folder; what its papers say can be read without typesetting."""

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.pdf import service


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def told(_papers_are_not_typeset: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of each sheet that was given to print, in the order in which they were."""
    sheets: list[str] = []
    make = service._process.run

    def run(header: Mapping[str, Any], blobs: Sequence[bytes], limits: Any) -> Any:
        if header["op"] == "render":
            words = html.unescape(re.sub(r"<[^>]*>", " ", blobs[0].decode()))
            sheets.append(" ".join(words.split()))
        return make(header, blobs, limits)

    monkeypatch.setattr(service._process, "run", run)
    return sheets
