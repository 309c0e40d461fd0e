"""Rules of this room: plain Python."""
