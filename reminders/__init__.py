"""How we ask: ladder, decisions, messages, demand letters."""
