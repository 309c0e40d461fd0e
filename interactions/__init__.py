"""What was said: an append-only log."""
