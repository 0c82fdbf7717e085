"""The words of both vocabularies: what the author wrote and what Anki stores; no input or output here."""
