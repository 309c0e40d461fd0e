"""The product's own tags: `{% load dunwell %}`. What each shows is on /styleguide."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db.models import TextChoices
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Widget,
)
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy

from core import display
from core.dates import day_in
from core.models import User
from core.money import UnknownCurrency, format_amount, format_money
from core.navigation import active_place, menu_for, route_or_blank
from core.rows import rows_tag
from core.states import Role
from core.ui import badge_for, domain_of

register = template.Library()
register.tag("rows", rows_tag)

Figure = Decimal | int | float


def _language() -> str:
    return get_language() or "en"


# --- Figures and days -------------------------------------------------------------------


@register.filter
def money(amount: Decimal | int | None, currency: str) -> str:
    """`{{ invoice.amount|money:invoice.currency }}`: with the currency's sign."""
    if amount is None:
        return display.NOTHING
    try:
        return format_money(amount, currency, _language())
    except UnknownCurrency:
        return f"{currency} {display.format_number(amount, 2)}".strip()


@register.filter
def amount(value: Decimal | int | None, currency: str) -> str:
    """`{{ sum|amount:currency }}`: digits alone, where the heading names the currency."""
    if value is None:
        return display.NOTHING
    try:
        return format_amount(value, currency, _language())
    except UnknownCurrency:
        return display.format_number(value, 2)


@register.filter
def number(value: Figure | None, decimals: int = 0) -> str:
    """`{{ count|number }}`, `{{ dso|number:1 }}`."""
    return display.NOTHING if value is None else display.format_number(value, decimals)


@register.filter
def percent(value: Figure | None, decimals: int = 1) -> str:
    """`{{ cei|percent }}`; the value is in percent already."""
    return display.NOTHING if value is None else display.format_percent(value, decimals)


@register.filter
def filesize(value: int | None) -> str:
    """`{{ document.size|filesize }}`."""
    return display.NOTHING if value is None else display.format_bytes(value)


@register.filter
def browser_name(agent: str) -> str:
    """`{{ session.user_agent|browser_name }}`: "Firefox · Windows"."""
    return display.format_user_agent(agent)


@register.filter
def days(value: int | None) -> str:
    """`{{ days_past_due|days }}`: "12 days"."""
    if value is None:
        return display.NOTHING
    return ngettext("%(count)s day", "%(count)s days", value) % {"count": f"{value:,}"}


@register.filter
def day(value: date | datetime | None, style: str = "") -> str:
    """`{{ invoice.due_on|day }}`; `|day:"long"` in a sentence, `|day:"month"` on an axis."""
    if value is None:
        return display.NOTHING
    if isinstance(value, datetime):
        value = day_in(value, get_current_timezone_name())
    if style == "long":
        return display.format_long_day(value, _language())
    if style == "month":
        return display.format_month(value, _language())
    return display.format_day(value, _language())


@register.filter
def moment(value: datetime | None, time_zone: str = "") -> str:
    """`{{ event.at|moment }}`, `{{ event.at|moment:creditor.time_zone }}`: day and time."""
    if value is None:
        return display.NOTHING
    return display.format_moment(value, _language(), time_zone or get_current_timezone_name())


# --- States, icons, explanations --------------------------------------------------------


@lru_cache(maxsize=4096)
def badge_html(domain: str, value: str, _language_code: str) -> SafeString:
    """A badge as HTML, for views that write out long lists once and not cell by cell.

    The language is the one that is active; it is an argument so that each has its own copy.
    """
    shown = badge_for(domain, value)
    return format_html(
        '<span class="badge dw-badge tone-{}" data-state="{}">{}<span>{}</span></span>',
        shown.tone,
        value,
        icon(shown.icon),
        shown.label,
    )


@register.simple_tag
def badge(domain: str | TextChoices, value: str | None = None) -> str:
    """`{% badge "contract" contract.state %}`; a TextChoices member needs no domain."""
    if isinstance(domain, TextChoices):
        return badge_html(domain_of(type(domain)), domain.value, _language())
    if not value:
        return ""
    return badge_html(domain, str(value), _language())


@register.simple_tag
def state_label(domain: str, value: str) -> str:
    """`{% state_label "skip_reason" decision.reason %}`: the words of a badge, in a sentence."""
    return str(badge_for(domain, value).label)


@lru_cache(maxsize=1024)
def _icon_html(name: str, css_class: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css_class,
        static("vendor/icons/sprite.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, css_class: str = "", label: str = "") -> SafeString:
    """`{% icon "bell" %}`: decoration; `{% icon "lock" label=_("On hold") %}`: it speaks."""
    drawn = _icon_html(name, css_class)
    if not label:
        return drawn
    return format_html('{}<span class="visually-hidden">{}</span>', drawn, label)


@register.simple_block_tag
def why(content: str, label: str = "") -> SafeString:
    """`{% why %}…{% endwhy %}`: a small explanation that opens without JavaScript."""
    return format_html(
        '<details class="dw-why"><summary aria-label="{}">{}</summary>'
        '<div class="dw-why-body">{}</div></details>',
        label or gettext("Why?"),
        icon("help-circle"),
        content,
    )


# --- Addresses --------------------------------------------------------------------------


@register.simple_tag
def route(name: str, *args: Any, **kwargs: Any) -> str:
    """`{% route "clients:client" client.pk as url %}`: "" while there is no such route."""
    return route_or_blank(name, *args, **kwargs)


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> Mapping[str, SafeString]:
    """The menu of the user who is logged in, drawn for each spot; empty for a visitor."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {}
    # Whoever works on the templates sees the change on the next page.
    draw = _drawn_menu.__wrapped__ if settings.DEBUG else _drawn_menu
    return draw(
        user.role,
        active_place(user.role, request.path),
        _language(),
        (settings.ROOT_URLCONF, get_script_prefix()),
    )


@lru_cache(maxsize=1024)
def _drawn_menu(
    role: str, active: str, _language: str, _addresses: tuple[str, str]
) -> Mapping[str, SafeString]:
    """Fifty lines on every page, the same for all of a role who are in one place."""
    entries = {"menu": menu_for(role, active)}
    return {
        "phone": render_to_string("components/menu_phone.html", entries),
        "bar": render_to_string("components/menu_bar.html", entries),
        "keys": render_to_string("components/keys_dialog.html", entries),
    }


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """One login per role of the demonstration data; none in production, none with real staff."""
    if settings.PRODUCTION:
        return []
    emails = [f"{role.lower()}@{settings.DEMO_DOMAIN}" for role in Role.values]
    known = User.objects.filter(email__in=emails, is_active=True).values_list("role", "email")
    found = dict(known)
    return [
        {"role": role, "email": found[role], "password": settings.DEMO_PASSWORD}
        for role in Role.values
        if role in found
    ]


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """ "light" or "dark" as the reader chose; "" when the device decides."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in {"light", "dark"} else ""


@register.simple_tag(takes_context=True)
def sort_th(context: Context, field: str, label: str, css_class: str = "") -> SafeString:
    """`{% sort_th "due_on" _("Due") %}`: a heading that sorts by `?sort=`, `-` for descending.

    The list's default order comes from the context variable `sort`, so that the arrow is right
    before anybody clicked.
    """
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request is not None else None
    current = (query.get("sort") if query else None) or str(context.get("sort") or "")
    ascending, descending = current == field, current == f"-{field}"
    if query is not None:
        query["sort"] = f"-{field}" if ascending else field
        query.pop("page", None)
        query.pop("after", None)
    direction = "ascending" if ascending else "descending" if descending else "none"
    arrow = "sort-ascending" if ascending else "sort-descending" if descending else "arrows-sort"
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="dw-sort" href="?{}">{}{}</a></th>',
        css_class,
        direction,
        query.urlencode() if query is not None else "",
        label,
        icon(arrow),
    )


@register.simple_tag
def page_numbers(page: Any) -> list[int | str]:
    """The page numbers to offer, with gaps: 1 … 7 8 9 … 20."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [entry if isinstance(entry, int) else "" for entry in shown]


# --- Forms ------------------------------------------------------------------------------


def _widget_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.filter
def is_check(bound: BoundField) -> bool:
    """Whether a field is one checkbox, whose label stands behind it."""
    return isinstance(bound.field.widget, CheckboxInput)


@register.filter
def is_check_group(bound: BoundField) -> bool:
    """Whether a field is a group of checkboxes or radio buttons."""
    return isinstance(bound.field.widget, CheckboxSelectMultiple | RadioSelect)


@register.simple_tag
def choices(bound: BoundField) -> list[BoundWidget]:
    """`{% choices form.channel as options %}`: the boxes of a group, each with its label."""
    options = list(bound.subwidgets)
    for option in options:
        option.data["attrs"]["class"] = "form-check-input"
    return options


@register.simple_tag
def control(bound: BoundField, css_class: str = "", **attrs: Any) -> str:
    """`{% control form.amount %}`: the input alone, in the house's look.

    Underscores in names become hyphens: `hx_get=url` is `hx-get`.
    """
    own = bound.field.widget.attrs.get("class", "")
    classes = [_widget_class(bound.field.widget), own, css_class]
    if bound.errors:
        classes.append("is-invalid")
    named = {name.replace("_", "-"): value for name, value in attrs.items()}
    return bound.as_widget(attrs={**named, "class": " ".join(filter(None, classes))})


# --- Charts -----------------------------------------------------------------------------


@register.inclusion_tag("components/chart.html")
def chart(chart_id: str, data: Mapping[str, Any], title: str = "") -> dict[str, Any]:
    """`{% chart "trend" data %}`: a picture for those who see it, the same figures as a table.

    `data` holds `kind` ("bar", "stacked" or "line"), `axis` (what the categories are),
    `categories` (words, or dates, which `days` "month" shortens), `series` (each `name`, `values`,
    optional `tone` "bucket-0".."bucket-6" or "series-1".., optional `urls`), and `currency` or
    `unit`, and `digits` after the point (1). Values are Decimals or None; the table shows them
    exactly, the picture as floats.

    `events` marks what happened: a list per category of what has `title`, `tone` and `url`. The
    picture shows them as pins on the first series, the table in a column of its own.
    """
    series: Sequence[Mapping[str, Any]] = data["series"]
    labels = [_category(label, str(data.get("days", ""))) for label in data["categories"]]
    events: Sequence[Sequence[Any]] = data.get("events") or ()
    drawn = {
        **data,
        "categories": labels,
        "events": [[{"text": str(one.title), "tone": one.tone} for one in some] for some in events],
        "series": [
            {**one, "name": str(one["name"]), "values": [_point(v) for v in one["values"]]}
            for one in series
        ],
    }
    return {
        "id": chart_id,
        "data_id": f"{chart_id}-data",
        "title": title,
        "axis": data.get("axis", ""),
        "data": drawn,
        "rows": [
            {
                "label": label,
                "cells": [_cell(one, index) for one in series],
                "events": events[index] if events else (),
            }
            for index, label in enumerate(labels)
        ],
        "has_events": bool(events),
        "series": series,
        "currency": data.get("currency", ""),
        "unit": data.get("unit", ""),
        "digits": data.get("digits", 1),
    }


def _category(label: date | str | Promise, style: str) -> str:
    return day(label, style) if isinstance(label, date) else str(label)


def _cell(one: Mapping[str, Any], index: int) -> dict[str, Any]:
    urls = one.get("urls") or ()
    return {"value": one["values"][index], "url": urls[index] if index < len(urls) else ""}


def _point(value: Figure | None) -> float | None:
    # A pixel's worth of precision: the exact figure is in the table beneath.
    return None if value is None else float(value)


AGING_LABELS: tuple[str | Promise, ...] = (
    pgettext_lazy("aging bucket", "Not due"),
    pgettext_lazy("aging bucket", "1–30"),
    pgettext_lazy("aging bucket", "31–60"),
    pgettext_lazy("aging bucket", "61–90"),
    pgettext_lazy("aging bucket", "91–180"),
    pgettext_lazy("aging bucket", "181–365"),
    pgettext_lazy("aging bucket", "Over 365"),
)


@register.inclusion_tag("components/aging_bar.html")
def aging_bar(amounts: Iterable[Decimal], currency: str) -> dict[str, Any]:
    """`{% aging_bar client.buckets "EUR" %}`: seven amounts from "not due" to "over 365 days"."""
    parts = [max(Decimal(part), Decimal(0)) for part in amounts]
    total = sum(parts, Decimal(0))
    segments, offset = [], Decimal(0)
    for index, (label, part) in enumerate(zip(AGING_LABELS, parts, strict=True)):
        width = part * 1000 / total if total else Decimal(0)
        if width:
            segments.append(
                {
                    "index": index,
                    "label": label,
                    "amount": part,
                    "x": f"{offset:.1f}",
                    "width": f"{width:.1f}",
                }
            )
        offset += width
    return {"segments": segments, "total": total, "currency": currency}


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """`{{ row|item:column }}`: a value by a name known only at run time, or None."""
    return mapping.get(key)
