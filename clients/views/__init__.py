"""Pages that change clients and creditors. The list and the page of a client: see workspace."""
