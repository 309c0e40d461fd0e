"""The demonstration's scores: as they would have been over the last months."""

from __future__ import annotations

import datetime as dt
from typing import Final

from credit.services.monitoring import refresh_monitoring
from credit.services.notices import give_notices
from credit.services.scores import score_clients

#: Clients have been looked after for so long, so that some are due for a look.
_LOOKED_AFTER: Final = 60
#: Days before today on which everybody is scored, so that a file has a course.
_DAYS_AGO: Final = (240, 180, 120, 60, 0)


def tell_scores(*, on: dt.date, at: dt.datetime) -> None:
    """Score everybody on some days of the past year, and tell people what has become worse."""
    for ago in _DAYS_AGO:
        score_clients(on=on - dt.timedelta(days=ago), at=at - dt.timedelta(days=ago), whole=True)
    for ago in (_LOOKED_AFTER, 0):
        refresh_monitoring(on=on - dt.timedelta(days=ago))
    give_notices(on=on, at=at)
