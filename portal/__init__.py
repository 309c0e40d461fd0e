"""What the client sees: links to one page each, to confirm, accept, object or answer."""
