"""Use cases that make evidence packets."""

from cases.services.packets import (
    JOB_KIND,
    UnableToExport,
    build_packet,
    make_packet,
    note_download,
    order_packet,
)

__all__ = [
    "JOB_KIND",
    "UnableToExport",
    "build_packet",
    "make_packet",
    "note_download",
    "order_packet",
]
