"""The screening of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from credit.selectors import REVIEW_AHEAD, last_screening, missing_lines
from credit.states import SCREENING_PASSED, ScreeningState
from credit.views.screening import condition_words

register = template.Library()


@register.inclusion_tag("credit/_client_screening.html", takes_context=True)
def client_screening(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_screening client %}`: where it stands, and the next step."""
    on, row = context["on"], last_screening(client)
    given: dict[str, Any] = {"client": client, "screening": row}
    if row is None:
        return given
    state = row.shown_state(on)
    until = row.review_on if row.state in SCREENING_PASSED else None
    return {
        **given,
        "state": state,
        "conditions": condition_words(row),
        "open_count": len(missing_lines(row)) if state == ScreeningState.IN_WORK else 0,
        "is_due": until is not None and until <= on + REVIEW_AHEAD,
        "may_begin": row.state not in {ScreeningState.IN_WORK, ScreeningState.SUBMITTED},
    }
