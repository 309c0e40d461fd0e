"""HTML of a mail: cleaned for showing, and turned into text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import nh3

from interactions.rules.mail.charsets import clean_text

_TAGS: Final = {
    *("p", "br", "div", "span", "b", "strong", "i", "em", "u", "s", "a", "ul", "ol", "li"),
    *("blockquote", "pre", "code", "table", "thead", "tbody", "tfoot", "tr", "td", "th"),
    *("caption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "sub", "sup", "small", "img"),
}
# No source on pictures: nothing is ever loaded, their description stands for them.
_ATTRIBUTES: Final = {
    "a": {"href"},
    "img": {"alt"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "blockquote": {"class"},
    "div": {"class"},
}
# Classes by which mail programs mark what they quote; every other class is dropped.
_CLASSES: Final = frozenset({"gmail_quote", "moz-cite-prefix", "yahoo_quoted"})
_BLOCKS: Final = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4"}
)
# Elements that may be left open or hold nothing: they do not nest without end by themselves.
_SHALLOW: Final = frozenset(
    {"p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "dt", "dd", "option", "colgroup"}
    | {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
#: Cleaning takes time with the square of the depth. No mail that a person wrote is this deep.
DEEPEST: Final = 300
_MANY_LINES: Final = re.compile(r"\n{3,}")


def clean_html(html: str) -> str:
    """Only harmless tags, no styles, no scripts, nothing that is loaded from anywhere."""
    return nh3.clean(
        _flattened(html.replace("\x00", "")),
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "noscript", "iframe", "object", "svg"},
        attributes=_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


def _flattened(html: str) -> str:
    """The same without the tags that nest deeper than `DEEPEST`; what they hold stays."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _SHALLOW:
            return tag[0]
        deepest = depth + (not tag[1])
        depth = max(0, depth - 1) if tag[1] else deepest
        return tag[0] if deepest <= DEEPEST else ""

    return _TAG.sub(kept, html)


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        kept = [one for one in value.split() if one in _CLASSES]
        return " ".join(kept) or None
    return value


def html_to_text(html: str) -> str:
    """Text of cleaned HTML, quotes marked with "> " as mail programs do."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _MANY_LINES.sub("\n\n", clean_text(reader.text())).strip()


class _Reader(HTMLParser):
    """Collects lines; each knows how deeply it is quoted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._depth = 0
        self._pre = 0
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Lines begin where blocks do."""
        given = dict(attrs)
        if tag in _BLOCKS:
            self._break()
        if tag == "br":
            self._end_line()
        elif tag == "li":
            self._break()
            self._line.append("- ")
        elif tag in {"td", "th"} and self._said():
            self._line.append("\t")
        elif tag == "img":
            self._line.append(f"[{given['alt']}]" if given.get("alt") else "")
        elif tag == "a":
            self._href = given.get("href") or ""
        else:
            self._depth += tag == "blockquote"
            self._pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        """Lines end where blocks do; a link says where it leads."""
        if tag in _BLOCKS or tag == "li":
            self._break()
        if tag == "p":
            self._lines.append((self._depth, ""))
        elif tag == "blockquote":
            self._depth = max(0, self._depth - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        """White space is one blank, except in preformatted text."""
        if self._pre:
            first, *more = data.split("\n")
            self._line.append(first)
            for one in more:
                self._end_line()
                self._line.append(one)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._line.append(text if self._said() else text.lstrip(" "))

    def text(self) -> str:
        """All lines."""
        self._break()
        return "\n".join(
            f"{'>' * depth} {line}".rstrip() if depth else line for depth, line in self._lines
        )

    def _said(self) -> bool:
        return any(self._line)

    def _break(self) -> None:
        if self._said():
            self._end_line()

    def _end_line(self) -> None:
        line = "".join(self._line).replace("\xa0", " ").rstrip()
        self._lines.append((self._depth, line))
        self._line = []

    def _end_link(self) -> None:
        address = self._href.removeprefix("mailto:")
        if address and address not in "".join(self._line):
            self._line.append(f" <{address}>")
        self._href = ""
