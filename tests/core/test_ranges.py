"""Sound in parts: what a player asks for, and what a stranger might."""

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents import document_response, store_document
from core.models import Document
from core.ranges import UnsatisfiableRange, read_range
from tests.factories import NOW


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes=0-1000", (0, 99)),
        ("bytes=99-99", (99, 99)),
        ("BYTES=0-0", (0, 0)),
        # Ignored: the whole file is sent.
        ("", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 400 + "-", None),
        ("bytes=٠-٩", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(
    header: str, expected: tuple[int, int] | None
) -> None:
    assert read_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_outside_the_file_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(UnsatisfiableRange):
        read_range(header, 100)


@given(header=st.text() | st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True))
def test_whatever_is_asked_the_bytes_lie_in_the_file(header: str) -> None:
    try:
        found = read_range(header, 100)
    except UnsatisfiableRange:
        return
    assert found is None or 0 <= found[0] <= found[1] <= 99


def sound() -> Document:
    made = io.BytesIO()
    with wave.open(made, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(range(256)) * 600)
    return store_document(data=made.getvalue(), name="call.wav", actor=None, at=NOW)


@pytest.mark.django_db
def test_sound_is_served_in_parts_that_make_up_the_whole() -> None:
    document = sound()
    whole = b"".join(document_response(document, inline=True))
    pieces = []
    for first in range(0, document.size, 100_000):
        asked = f"bytes={first}-{first + 99_999}"
        part = document_response(document, inline=True, byte_range=asked)
        pieces.append(b"".join(part))
        last = min(first + 99_999, document.size - 1)
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {first}-{last}/{document.size}"
        assert int(part["Content-Length"]) == len(pieces[-1])
    assert b"".join(pieces) == whole
    assert len(whole) == document.size


@pytest.mark.django_db
def test_headers_of_sound_keep_it_in_the_page_and_nothing_else() -> None:
    document = sound()
    played = document_response(document, inline=True)
    assert played["Content-Disposition"].startswith("inline")
    assert (played["Accept-Ranges"], played["Content-Type"]) == ("bytes", "audio/wav")
    assert "sandbox" in played["Content-Security-Policy"]
    assert document_response(document)["Content-Disposition"].startswith("attachment")
    refused = document_response(document, byte_range=f"bytes={document.size}-")
    assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{document.size}")


@pytest.mark.django_db
def test_other_files_are_sent_whole() -> None:
    text = store_document(data=b"0123456789", name="a.txt", actor=None, at=NOW)
    answer = document_response(text, inline=True, byte_range="bytes=0-1")
    assert (answer.status_code, answer["Content-Length"]) == (200, "10")
    assert answer["Content-Disposition"].startswith("attachment")


SOUNDS = {
    "audio/mpeg": b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + b"\x00" * 413,
    "audio/ogg": b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x1e\x01vorbis" + b"\x00" * 100,
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"
    + b"\x00" * 100,
}


@pytest.mark.django_db
@pytest.mark.parametrize("mime", SOUNDS)
@pytest.mark.parametrize("name", ["call.bin", "call.mp3", "call.m4a", "call.ogg"])
def test_sound_is_known_by_its_content_not_by_its_name(mime: str, name: str) -> None:
    kept = store_document(data=SOUNDS[mime], name=name, actor=None, at=NOW)
    assert kept.mime == mime
