"""Every door to Anki's own formats."""
