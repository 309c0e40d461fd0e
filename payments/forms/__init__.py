"""Forms of what is owed and paid."""
