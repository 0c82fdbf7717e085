"""From files to notes: everything that reads what an author wrote."""
