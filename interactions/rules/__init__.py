"""Rules of this room: plain Python on plain values."""
