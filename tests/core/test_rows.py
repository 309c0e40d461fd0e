"""`{% rows %}` draws what `{% for %}` would, once."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe

BODY = (
    "<td{% if wide %} w{% endif %}>{{ row.a }}{% if wide %}{{ row.b }}{% endif %}{{ label }}</td>"
)
ROWS = [{"a": "<1>", "b": mark_safe("<b>")}, {"a": 2, "b": "&"}]


def drawn(text: str, **context: object) -> str:
    return Template("{% load dunwell %}" + text).render(Context(context))


@pytest.mark.parametrize("wide", [True, False])
def test_it_draws_what_a_loop_draws(wide: bool) -> None:
    told = {"rows": ROWS, "wide": wide, "label": "x & \x00 y"}
    fast = drawn("{% rows rows %}" + BODY + "{% empty %}none{% endrows %}", **told)
    slow = drawn("{% for row in rows %}" + BODY + "{% endfor %}", **told)
    assert fast == slow
    assert "&lt;1&gt;" in fast


@pytest.mark.parametrize("rows", [[], None])
def test_without_rows_it_draws_what_follows_empty(rows: object) -> None:
    assert drawn("{% rows rows %}{{ row.a }}{% empty %}none{% endrows %}", rows=rows) == "none"
    assert drawn("{% rows rows %}{{ row.a }}{% endrows %}", rows=rows) == ""


def test_the_row_of_the_page_around_it_is_untouched() -> None:
    text = "{% rows rows %}{{ row.a }}{% endrows %}{{ row }}"
    assert drawn(text, rows=[{"a": 1}], row="mine") == "1mine"


def test_a_cell_that_no_row_has_is_an_error_and_not_an_empty_cell() -> None:
    with pytest.raises(KeyError):
        drawn("{% rows rows %}{{ row.b }}{% endrows %}", rows=[{"a": 1}])
    with pytest.raises(TemplateSyntaxError):
        drawn("{% rows a b %}{% endrows %}")
