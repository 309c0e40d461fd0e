"""Sections of other pages."""
