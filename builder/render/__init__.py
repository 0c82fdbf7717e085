"""From an author's Markdown to the HTML of Anki's fields."""
