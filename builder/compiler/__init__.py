"""From the author's words to Anki's."""
