"""Logs: one line per event, with the request it belongs to; JSON in production.

Every line within a request or a task carries its ``request_id`` or ``task_id`` and the user's id,
so that one `grep` tells the whole story. No names, no addresses of clients, no amounts.
"""

from __future__ import annotations

import re
from typing import Any

import structlog

# The token of a client link stands in its address, and whoever reads the log must not have it.
_TOKEN = re.compile(r"(/p/)[A-Za-z0-9_-]{20,}")
_PROBES = ("GET /healthz", "GET /readyz")


def _drop_probes(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    # Asked every few seconds, by machines: worth a line only when they fail.
    if str(event.get("request", "")).startswith(_PROBES) and event.get("code", 200) == 200:  # noqa: PLR2004  # OK
        raise structlog.DropEvent
    return event


def _hide_tokens(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    for name, value in event.items():
        if isinstance(value, str) and "/p/" in value:
            event[name] = _TOKEN.sub(r"\1…", value)
    return event


def configure(*, level: str, as_json: bool) -> dict[str, Any]:
    """Set up structlog and return what Django's LOGGING is to be."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        _hide_tokens,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _drop_probes,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    rendered: list[structlog.typing.Processor] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if as_json
        # The pretty traceback would print local variables, and passwords are among them.
        else [
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *rendered,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # The request's own line says the same, with more.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        },
    }
