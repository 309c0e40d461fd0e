"""`{% rows rows %}…{% endrows %}`: long tables drawn once and filled in row by row.

A template draws cell by cell: looks up each name, asks each `if` again, two hundred times over.
Here the body is drawn once with a hole where a value of `row` stands, and each row only fills the
holes. So the body may ask about anything but the row: a row's values are whole cells already
(text, escaped here, or HTML that was marked as safe), written out by the view.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from html import escape

from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString, mark_safe

# Nobody can write it into a page: it is another one in each process.
_MARK = f"\x00{secrets.token_hex(16)}\x00"


class _Holes(dict[str, SafeString]):
    """Whatever is asked of the row is a hole of that name."""

    def __missing__(self, name: str) -> SafeString:
        return mark_safe(f"{_MARK}{name}{_MARK}")  # noqa: S308 - ours, and a name from a template


class RowsNode(Node):
    """The body once, its holes filled for each row; what follows `{% empty %}` without any."""

    child_nodelists = ("body", "empty")

    def __init__(self, rows: FilterExpression, body: NodeList, empty: NodeList) -> None:
        self.rows, self.body, self.empty = rows, body, empty

    def render(self, context: Context) -> SafeString:
        """Draw the table's rows."""
        rows: Iterable[Mapping[str, object]] = self.rows.resolve(context, ignore_failures=True)
        if not rows:
            return self.empty.render(context)
        with context.push(row=_Holes()):
            drawn = self.body.render(context).split(_MARK)
        names = drawn[1::2]
        texts = drawn[2::2]
        pairs = list(zip(names, texts, strict=True))
        out: list[str] = []
        for row in rows:
            out.append(drawn[0])
            for name, text in pairs:
                cell = row[name]
                out.append(cell if isinstance(cell, SafeString) else escape(str(cell)))
                out.append(text)
        return mark_safe("".join(out))  # noqa: S308 - the template's own text, and escaped values


def rows_tag(parser: Parser, token: Token) -> RowsNode:
    """`{% rows invoices %}<tr><td>{{ row.number }}</td></tr>{% empty %}…{% endrows %}`."""
    _name, *words = token.split_contents()
    if len(words) != 1:
        raise TemplateSyntaxError("rows takes the rows, and nothing else")
    body = parser.parse(("empty", "endrows"))
    empty = NodeList()
    if parser.next_token().contents == "empty":
        empty = parser.parse(("endrows",))
        parser.delete_first_token()
    return RowsNode(parser.compile_filter(words[0]), body, empty)
