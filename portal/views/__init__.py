"""Pages of this room: for clients, and for the staff."""
