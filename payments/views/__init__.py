"""Pages of what is owed and paid. The page of one invoice joins more rooms: see workspace."""
