"""deckbuilder: compiles YAML questions and answers into Anki packages."""

__version__ = "0.1.0"
