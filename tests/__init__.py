"""The tests: what is promised, shown."""
