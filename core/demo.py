"""Pieces that rooms add to the demonstration: the room that tells it does not know them all.

A room registers its piece in `ready()`; it is told the day, writes through the room's own
services, and finds its clients by itself. Pieces run after the story is committed.
"""

import datetime as dt
from typing import Protocol


class Piece(Protocol):
    """Writes something of a room into the demonstration."""

    def __call__(self, *, on: dt.date, at: dt.datetime) -> None: ...


_pieces: list[Piece] = []


def register_piece(piece: Piece) -> None:
    """Add a piece, once."""
    if piece not in _pieces:
        _pieces.append(piece)


def tell_pieces(*, on: dt.date, at: dt.datetime) -> None:
    """Run every piece, in the order in which the rooms were made ready."""
    for piece in _pieces:
        piece(on=on, at=at)
