"""What this room says to clients."""
