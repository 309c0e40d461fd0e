"""How we enforce: evidence packets."""
