"""Packages by us, by real Anki, by others and by enemies, read back."""
