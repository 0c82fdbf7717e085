"""From Markdown to the HTML of fields."""
