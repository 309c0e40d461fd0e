"""Kept files: what is kept, under what name, and how it is served."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from core.documents import (
    UnableToStoreDocument,
    document_response,
    read_document,
    store_document,
)
from core.models import Document
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def keep(data: bytes, name: str) -> Document:
    return store_document(data=data, name=name, actor=None, at=NOW)


def test_the_type_comes_from_the_content_not_from_the_name() -> None:
    assert keep(PDF, "holiday.png").mime == "application/pdf"
    assert keep("客户,金额\n".encode(), "a.csv").mime == "text/csv"
    assert keep("客户".encode("gb18030"), "a.txt").mime == "text/plain"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00\x03\x00\x00\x00", "letter.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "logo.png"),
        (b"\x00\x01\x02\x03", "noise.bin"),
    ],
)
def test_other_kinds_are_refused_and_nothing_is_kept(data: bytes, name: str) -> None:
    with pytest.raises(UnableToStoreDocument):
        keep(data, name)
    assert not Document.objects.exists()


def test_a_file_above_the_limit_is_refused(settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    with pytest.raises(UnableToStoreDocument, match="1 MB"):
        keep(PDF + b" " * 1024 * 1024, "large.pdf")


def test_the_storage_name_says_nothing_and_the_hash_guards_the_bytes() -> None:
    document = keep(PDF, "../../etc/Müller 合同.pdf")
    assert "合同" not in document.storage_name
    assert "/" not in document.original_name
    assert read_document(document) == PDF
    Path(default_storage.path(document.storage_name)).write_bytes(b"altered")
    with pytest.raises(ValueError, match="hash"):
        read_document(document)


def test_a_zip_is_served_as_an_attachment_in_a_sandbox() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    response = document_response(keep(buffer.getvalue(), "a.zip"), inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
