"""What students are promised, shown with real Anki."""
