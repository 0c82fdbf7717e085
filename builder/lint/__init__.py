"""Advice on cards: what makes them hard to remember, into findings that say what to do."""
