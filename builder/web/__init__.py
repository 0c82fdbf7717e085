"""A deck in the browser: its cards as Anki shows them, and what is wrong with them, as they are being written."""
