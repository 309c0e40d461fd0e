"""Headings of columns: one spelling for what people and programs spell in many ways."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARENTHESES: Final = re.compile(r"[(\[【（<].*?[)\]】）>]")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_BETWEEN_CJK: Final = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")


def has_cjk(text: str) -> bool:
    """Whether Chinese characters are in a text."""
    return _CJK.search(text) is not None


@lru_cache(maxsize=4096)
def normal_header(header: str) -> str:
    """`*InvoiceAmountDue`, `Invoice Amount Due` and `INVOICE_AMOUNT_DUE` are one heading.

    What stands in parentheses ("金额(元)", "Amount (CNY)") is left out.
    """
    text = unicodedata.normalize("NFKC", header)
    text = _PARENTHESES.sub(" ", text) or text
    text = _CAMEL.sub(" ", text).lower().replace("#", " number ").replace("%", " percent ")
    return _BETWEEN_CJK.sub("", _NOT_WORD.sub(" ", text).strip())


@lru_cache(maxsize=4096)
def header_variants(header: str) -> tuple[str, ...]:
    """The heading, and of a bilingual one ("客户名称 Customer") each language by itself."""
    whole = normal_header(header)
    chinese = "".join(_CJK.findall(whole))
    latin = " ".join(_CJK.sub(" ", whole).split())
    return tuple(dict.fromkeys(v for v in (whole, chinese, latin) if len(v) > 1 or v == whole))


def labels_of(header_row: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns, each once: a blank one is named by its letter, a second one counted."""
    labels: list[str] = []
    for index, cell in enumerate(header_row):
        name = " ".join(cell.split())[:120] or f"({column_letter(index)})"
        label, count = name, 1
        while label in labels:
            count += 1
            label = f"{name} ({count})"
        labels.append(label)
    return tuple(labels)


def column_letter(index: int) -> str:
    """The letter a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def header_signature(labels: Iterable[str]) -> str:
    """What recognises the next file of the same kind: the headings, whatever their order."""
    names = sorted(normal_header(label) for label in labels)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
