"""Rules of this room: plain Python, no Django, no clock."""
