"""Ledgers coming in: mapping, preview, report."""
