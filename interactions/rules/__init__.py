"""Rules of this room: plain values, no clock, no database."""
