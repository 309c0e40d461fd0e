"""Who owes: creditors, clients, contacts, standing."""
