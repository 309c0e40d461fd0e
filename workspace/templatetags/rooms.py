"""Sections that other rooms contribute to a page, by the name of their inclusion tag.

`{% section "client_letters" client %}` renders the tag `client_letters` of whichever installed
library defines it, and nothing when no room does, so that a page does not have to know which
rooms are furnished.
"""

from functools import lru_cache

from django import template
from django.http import QueryDict
from django.template import engines
from django.template.base import Template
from django.template.context import Context
from django.template.library import import_library
from django.utils.safestring import SafeString

from clients.models import Client
from contracts.models import Contract
from core.navigation import route_or_blank
from payments.models import Invoice

register = template.Library()


@lru_cache(maxsize=64)
def _template_of(name: str) -> Template | None:
    engine = engines["django"].engine  # type: ignore[attr-defined]  # the Django backend has one
    for library, module in engine.libraries.items():
        if name in import_library(module).tags:
            source = "{% load " + library + " %}{% " + name + " subject %}"
            made: Template = engine.from_string(source)
            return made
    return None


@register.simple_tag(takes_context=True)
def section(context: Context, name: str, subject: object) -> SafeString | str:
    """Another room's section about `subject`, or nothing."""
    found = _template_of(name)
    if found is None:
        return ""
    with context.push(subject=subject):
        return found.render(context)


@register.simple_tag(takes_context=True)
def call_address(context: Context) -> str:
    """Where the phone in the header leads: it knows the page's client, and what the page shows."""
    query = QueryDict(mutable=True)
    client, about = context.get("client"), None
    for name, model in (("invoice", Invoice), ("contract", Contract)):
        shown = context.get(name)
        if isinstance(shown, model):
            about, client = shown, shown.client
    if isinstance(client, Client):
        query["client"] = str(client.pk)
        request = context.get("request")
        if request is not None and request.method == "GET":
            query["next"] = request.get_full_path()
    if about is not None:
        query["about"] = f"{about._meta.label_lower}:{about.pk}"
    address = route_or_blank("interactions:call")
    return f"{address}?{query.urlencode()}" if query else address
