"""The product's own tags."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from tests.sprite import ROOT, sprite_icons

PAGES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if path.relative_to(ROOT / "templates").parts[0] not in {"pdf", "email"}
)


def request(path: str = "/") -> HttpRequest:
    made = RequestFactory().get(path)
    made.user = AnonymousUser()
    return made


def render(source: str, **context: Any) -> str:
    return Template("{% load dunwell %}" + source).render(Context(context))


def test_a_route_that_does_not_exist_is_blank() -> None:
    assert render('{% route "nowhere:at-all" 7 as url %}[{{ url }}]') == "[]"


def test_a_route_that_exists_is_its_address() -> None:
    assert render('{% route "account_login" %}') == "/account/login/"


@pytest.mark.parametrize(
    ("query", "href", "aria"),
    [
        ("", "?sort=due_on", "none"),
        ("?sort=due_on", "?sort=-due_on", "ascending"),
        ("?sort=-due_on&page=3&q=x", "?sort=due_on&amp;q=x", "descending"),
    ],
)
def test_a_heading_sorts_keeps_the_filter_and_forgets_the_page(
    query: str, href: str, aria: str
) -> None:
    html = render('{% sort_th "due_on" "Due" %}', request=request(f"/{query}"))
    assert f'href="{href}"' in html
    assert f'aria-sort="{aria}"' in html


def test_a_heading_shows_the_default_order_before_anybody_clicked() -> None:
    html = render('{% sort_th "due_on" "Due" %}', request=request(), sort="-due_on")
    assert 'aria-sort="descending"' in html


def test_the_aging_bar_is_as_wide_as_its_parts() -> None:
    buckets = [Decimal(part) for part in (50, 25, 25, 0, 0, 0, 0)]
    html = render('{% aging_bar buckets "EUR" %}', buckets=buckets)
    assert re.findall(r'x="([\d.]+)" y="0" width="([\d.]+)"', html) == [
        ("0.0", "500.0"),
        ("500.0", "250.0"),
        ("750.0", "250.0"),
    ]
    assert "Not due: €50.00" in html


def test_the_aging_bar_of_nothing_says_so() -> None:
    assert "<svg" not in render('{% aging_bar buckets "EUR" %}', buckets=[Decimal(0)] * 7)


def test_a_negative_bucket_does_not_break_the_aging_bar() -> None:
    buckets = [Decimal(-5), Decimal(10), *[Decimal(0)] * 5]
    assert 'width="1000.0"' in render('{% aging_bar buckets "EUR" %}', buckets=buckets)


CHART = {
    "kind": "bar",
    "categories": ["</script><b>"],
    "currency": "CNY",
    "series": [{"name": "Open", "values": [Decimal("1234.56")], "urls": ["/rows/"]}],
}


def test_a_chart_has_the_same_figures_as_a_table() -> None:
    html = render('{% chart "c" data "Aging" %}', data=CHART)
    assert '<a href="/rows/">CN¥1,234.56</a>' in html
    assert '"values": [1234.56]' in html


def test_a_chart_does_not_let_its_labels_out_of_the_data() -> None:
    html = render('{% chart "c" data %}', data=CHART)
    assert "</script><b>" not in html


def test_an_explanation_opens_without_a_script() -> None:
    html = render("{% why %}Because <b>so</b>.{% endwhy %}")
    assert html.startswith("<details")
    assert "Because <b>so</b>." in html


class Form(forms.Form):
    amount = forms.DecimalField(help_text="In euro.")
    agreed = forms.BooleanField()
    channel = forms.ChoiceField(
        choices=[("EMAIL", "E-mail"), ("LETTER", "Letter")], widget=forms.RadioSelect
    )


def test_a_group_of_choices_is_one_fieldset_with_a_label_for_each() -> None:
    html = render('{% include "components/form_fields.html" %}', form=Form({"channel": "LETTER"}))
    assert html.count("<fieldset") == 1
    assert re.search(r'for="id_channel_1">\s*<input[^>]*checked[^>]*>\s*<span[^>]*>Letter', html)


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    form = Form({"amount": "twelve"})
    html = render('{% include "components/form_fields.html" %}', form=form)
    described = re.search(r'name="amount"[^>]*aria-describedby="([^"]+)"', html)
    assert described, html
    for target in described.group(1).split():
        assert f'id="{target}"' in html
    assert 'aria-invalid="true"' in html
    assert "is-invalid" in html


def test_a_control_takes_attributes_for_htmx() -> None:
    html = render('{% control form.amount hx_get="/x/" %}', form=Form())
    assert 'hx-get="/x/"' in html
    assert 'class="form-control"' in html


def page_ids(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("page", PAGES, ids=page_ids)
def test_every_icon_a_template_names_is_in_the_sprite(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    named = re.findall(r'{% icon "([^"]+)"', source) + re.findall(r'icon_name="([^"]+)"', source)
    assert set(named) <= sprite_icons()


@pytest.mark.parametrize("page", PAGES, ids=page_ids)
def test_no_template_has_inline_styles_or_scripts(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    assert not re.search(r"""\sstyle\s*=\s*["']""", source)
    assert not re.search(r"""\son[a-z]+\s*=\s*["']""", source)
    assert "<style" not in source
    assert "javascript:" not in source
    for tag in re.findall(r"<script[^>]*>", source):
        assert "src=" in tag or 'type="application/json"' in tag
