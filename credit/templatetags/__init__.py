"""Sections that this room contributes to pages of others."""
