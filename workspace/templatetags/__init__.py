"""Template tags of the pages that join the rooms."""
