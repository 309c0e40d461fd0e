"""Kept files: content hash, type by content, size limit, random name, guarded download."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import PurePath
from typing import IO

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.models import Document, User
from core.ranges import UnsatisfiableRange, read_range

# What may be kept, by content. Text has no magic number: it is what decodes as text.
ALLOWED_TYPES = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/msword",
        "application/vnd.ms-excel",
        "audio/mpeg",
        "audio/wav",
        "audio/mp4",
        "audio/ogg",
        "message/rfc822",
        "text/plain",
        "text/csv",
    }
)
AUDIO_TYPES = frozenset({"audio/mpeg", "audio/wav", "audio/mp4", "audio/ogg"})
_INLINE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg"})
_PIECE_BYTES = 65536
_ALIASES = {
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "video/mp4": "audio/mp4",
    "application/x-zip-compressed": "application/zip",
}
_SAMPLE_BYTES = 65536
_TEXT_TYPES = {".csv": "text/csv", ".eml": "message/rfc822"}


class UnableToStoreDocument(Refusal):
    """The file is empty, too large, or of a type that is not kept."""


def type_by_content(data: bytes, name: str) -> str | None:
    """MIME type from the bytes; the name only tells kinds of text apart. None when unknown."""
    suffix = PurePath(name).suffix.lower()
    if _is_text(data):
        return _TEXT_TYPES.get(suffix, "text/plain")
    try:
        matches = puremagic.magic_string(data, filename=name)
    except puremagic.PureError:
        return None
    for match in matches:
        mime: str = _ALIASES.get(match.mime_type, match.mime_type)
        if mime in ALLOWED_TYPES and match.byte_match:
            return mime
    return None


def _is_text(data: bytes) -> bool:
    sample = data[:_SAMPLE_BYTES]
    if b"\x00" in sample or sample.lstrip()[:1] == b"<" or sample[:5] == b"%PDF-":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # A cut at the end of the sample may split a character: drop the last few bytes.
            cut = len(data) > _SAMPLE_BYTES
            text = (sample[:-4] if cut else sample).decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(c.isprintable() or c in "\r\n\t\f\ufeff" for c in text)
    return False


def store_document(
    *,
    data: bytes | IO[bytes],
    name: str,
    actor: User | None,
    at: dt.datetime,
    limit: int | None = None,
    mime: str | None = None,
) -> Document:
    """Keep a file and return its row. Raises UnableToStoreDocument, writing nothing.

    `limit` in bytes is for files the program makes itself; what is uploaded has the setting's.
    `mime` is for callers that have read the whole file and know what it is.
    """
    limit = limit or settings.DOCUMENT_MAX_BYTES
    content = data if isinstance(data, bytes) else data.read(limit + 1)
    if not content:
        raise UnableToStoreDocument(_("The file is empty. Choose one with content."))
    if len(content) > limit:
        raise UnableToStoreDocument(
            _("The file is larger than %(limit)d MB. Split it or make it smaller.")
            % {"limit": limit // (1024 * 1024)}
        )
    mime = mime or type_by_content(content, name)
    if mime is None:
        raise UnableToStoreDocument(
            _("This kind of file is not kept. PDF, images, audio, Office files and text are.")
        )
    return _keep(content, name=name, mime=mime, actor=actor, at=at)


def _keep(content: bytes, *, name: str, mime: str, actor: User | None, at: dt.datetime) -> Document:
    # Two levels of folders keep each small; the name says nothing about the content.
    token = secrets.token_hex(20)
    storage_name = default_storage.save(f"{token[:2]}/{token}", ContentFile(content))
    return Document.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mime=mime,
        original_name=get_valid_filename(PurePath(name).name or "file")[:255],
        storage_name=storage_name,
        created_at=at,
        created_by=actor,
    )


def read_document(document: Document) -> bytes:
    """The kept bytes, checked against their hash. Raises ValueError if they were altered."""
    with default_storage.open(document.storage_name) as stored:
        content: bytes = stored.read()
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ValueError(f"Document {document.pk}: the stored bytes do not match their hash.")
    return content


def document_response(
    document: Document, *, inline: bool = False, byte_range: str = ""
) -> HttpResponseBase:
    """Serve a kept file. The caller has checked that this user may see its owner.

    Always `nosniff` and sandboxed; `inline` is honoured for PDFs, images and sound only. Sound is
    also served in parts: `byte_range` is the request's Range header.
    """
    is_sound = document.mime in AUDIO_TYPES
    response: HttpResponseBase
    if is_sound and byte_range:
        response = _part(document, byte_range)
    else:
        response = FileResponse(default_storage.open(document.storage_name))
        response["Content-Length"] = str(document.size)
    safe_inline = inline and (is_sound or document.mime in _INLINE_TYPES)
    response["Content-Type"] = document.mime
    named = content_disposition_header(not safe_inline, document.original_name)
    response["Content-Disposition"] = named or "attachment"
    if is_sound:
        response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # A sandboxed PDF cannot be shown by the browser's viewer, so only that one is let out.
    if document.mime != "application/pdf":
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _part(document: Document, byte_range: str) -> HttpResponseBase:
    """206 with the bytes asked for, 416 for a range outside the file, else the whole."""
    try:
        found = read_range(byte_range, document.size)
    except UnsatisfiableRange:
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{document.size}"
        return refused
    stored = default_storage.open(document.storage_name)
    if found is None:
        return FileResponse(stored)
    first, last = found
    response = StreamingHttpResponse(
        _bytes_of(stored, first, last - first + 1), status=HTTPStatus.PARTIAL_CONTENT
    )
    response["Content-Range"] = f"bytes {first}-{last}/{document.size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _bytes_of(stored: IO[bytes], first: int, count: int) -> Iterator[bytes]:
    with stored:
        stored.seek(first)
        while count > 0 and (piece := stored.read(min(count, _PIECE_BYTES))):
            count -= len(piece)
            yield piece
