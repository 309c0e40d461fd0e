"""Ground floor: users and roles, money, dates, audit chain, documents, outbox, PDF."""
