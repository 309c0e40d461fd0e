"""Use cases of what is contested, and of complaints."""

from disputes.services.complaints import (
    UnableToHandleComplaint,
    answer_complaint,
    close_complaint,
    dispute_from_complaint,
    open_complaint,
    reopen_complaint,
    set_answer_days,
    take_up_complaint,
)
from disputes.services.disputes import UnableToDispute, close_dispute, open_dispute

__all__ = [
    "UnableToDispute",
    "UnableToHandleComplaint",
    "answer_complaint",
    "close_complaint",
    "close_dispute",
    "dispute_from_complaint",
    "open_complaint",
    "open_dispute",
    "reopen_complaint",
    "set_answer_days",
    "take_up_complaint",
]
