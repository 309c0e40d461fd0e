"""Text files: which encoding, which delimiter, and the records in them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from imports.rules.problems import Problem, TableProblem

CHUNK: Final = 1 << 20
SAMPLE: Final = 1 << 16
DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_ROWS: Final = 60
_SEP_LINE: Final = re.compile(r"^\ufeff?\"?sep=(.)\"?\r?\n", re.IGNORECASE)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A damaged UTF-8 file still decodes well in most places; another encoding hardly anywhere.
_DAMAGED_SHARE: Final = 10
_CHINESE_SHARE: Final = 0.8
_CONTROL: Final = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f]")


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of a text file: UTF-8 or UTF-16 with or without a mark, GB18030, Windows-1252.

    Reads the whole file in pieces. Raises TableProblem for an empty file, for bytes that are no
    text, and, naming the line, for UTF-8 that is damaged somewhere.
    """
    file.seek(0)
    head = file.read(SAMPLE)
    if not head.strip(b"\x00 \r\n\t"):
        raise TableProblem(Problem.EMPTY_FILE)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            _check_decodes(file, encoding)
            return encoding
    wide = _utf16_without_mark(head)
    if wide:
        _check_decodes(file, wide)
        return wide
    if b"\x00" in head:
        raise TableProblem(Problem.NOT_TEXT)
    try:
        _check_decodes(file, "utf-8")
    except TableProblem as damaged:
        return _legacy_encoding(file, damaged)
    return "utf-8"


def _utf16_without_mark(head: bytes) -> str:
    head = head[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    for encoding, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros * 3 > pairs and others * 10 < pairs:
            # Numbers of a binary file have zeros too, but no text has its control characters.
            text = head[: pairs * 2].decode(encoding, errors="ignore")
            return "" if _CONTROL.search(text) else encoding
    return ""


def _check_decodes(file: BinaryIO, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    lines = 1
    while True:
        piece = file.read(CHUNK)
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            lines += bytes(error.object[: error.start]).count(b"\n")
            raise TableProblem(Problem.BAD_BYTES, row=lines, encoding=encoding) from error
        if "\x00" in text:
            raise TableProblem(Problem.NOT_TEXT, row=lines + text[: text.index("\x00")].count("\n"))
        lines += text.count("\n")
        if not piece:
            return


def _legacy_encoding(file: BinaryIO, damaged: TableProblem) -> str:
    sample = _non_ascii_sample(file)
    decoded = sample.decode("utf-8", errors="replace")
    bad = decoded.count("\ufffd")
    good = sum(1 for c in decoded if not c.isascii()) - bad
    if good > bad * _DAMAGED_SHARE:
        raise damaged
    try:
        _check_decodes(file, "gb18030")
    except TableProblem:
        return "cp1252"
    chinese = [c for c in sample.decode("gb18030", errors="ignore") if not c.isascii()]
    common = sum(1 for c in chinese if _is_gb2312(c))
    return "gb18030" if common >= len(chinese) * _CHINESE_SHARE else "cp1252"


def _is_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _non_ascii_sample(file: BinaryIO) -> bytes:
    """Lines that hold anything but ASCII: they are what tells encodings apart."""
    file.seek(0)
    found: list[bytes] = []
    size = 0
    for line in file:
        if not line.isascii():
            found.append(line[:4096])
            size += len(found[-1])
            if size > SAMPLE:
                break
    return b"".join(found)


def _text_stream(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    # cp1252 leaves five bytes undefined; they stand for nothing anybody typed.
    errors = "replace" if encoding == "cp1252" else "strict"
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def detect_delimiter(file: BinaryIO, encoding: str) -> str:
    """The delimiter under which most rows of the beginning have the same number of cells."""
    stream = _text_stream(file, encoding)
    try:
        sample = stream.read(SAMPLE)
    finally:
        stream.detach()
    named = _SEP_LINE.match(sample)
    if named:
        return named[1]
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row in reader:
            if row:
                widths[len(row)] += 1
            if reader.line_num > _SAMPLE_ROWS:
                break
    except csv.Error:
        return (0, 0)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return (0, 0)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return (count / sum(widths.values()), width)


def csv_records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Every record of the file in order, blank ones as empty lists.

    Record n (from 1) is row n in a spreadsheet program, also where cells hold line breaks.
    Raises TableProblem naming the row whose quotation marks do not match.
    """
    stream = _text_stream(file, encoding)
    row = 0
    try:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        for row, record in enumerate(reader, start=1):
            names_delimiter = row == 1 and len(record) == 1 and _SEP_LINE.match(f"{record[0]}\n")
            yield [] if names_delimiter else record
    except csv.Error as error:
        raise TableProblem(Problem.BAD_QUOTES, row=row + 1, value=str(error)) from error
    finally:
        stream.detach()
