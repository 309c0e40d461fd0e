"""Reads across the rooms, for the pages that join them."""
