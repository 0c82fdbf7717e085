"""How much of everything a package may hold: far above any real deck, and too little to exhaust a machine."""

from __future__ import annotations

MEGABYTE = 1 << 20

DIRECTORY_SIZE = 16 * MEGABYTE
"""Bytes of the zip's list of entries: some 250 000 media files. It is in memory as a whole, ten times as large."""

DATABASE_SIZE = 2048 * MEGABYTE
"""Bytes of the database: 100 000 notes of 20 kB each. It is written to the disk for a moment."""

DATABASE_RATIO = 200
"""How much larger than in the package a database may be: text shrinks to a tenth, very even text to a hundredth."""

SMALL_DATABASE = 64 * MEGABYTE
"""A database of so few bytes may be any ratio: one of almost empty pages shrinks to nothing."""

MEDIA_SIZE = 256 * MEGABYTE
"""Bytes of one media file: AnkiWeb takes 100 MB. It is in memory as a whole, when somebody asks for it."""

MEDIA_LIST_SIZE = 16 * MEGABYTE
"""Bytes of the list of media names: 130 000 names of twenty Japanese letters, each written as `\\uXXXX`."""

META_SIZE = 1024
"""Bytes of the format's version; Anki writes 2."""

WINDOW_LOG = 27
"""As Anki's own zstd decoder: a frame that looks back further than 128 MB is refused before memory is taken for it."""

CELL_SIZE = 32 * MEGABYTE
"""Bytes of one text in the database: a note with pictures written into it, or all note types in one text of JSON."""

JSON_MARKS = 4_000_000
"""Brackets, braces and commas in a text of JSON: each becomes some 80 bytes, and 1 000 note types have 200 000."""

SCHEMA_SQL_SIZE = 100_000
"""Characters of the SQL of one table or index; Anki's longest has 500."""

SCHEMA_COLUMNS = 100
"""Columns of a table; Anki's widest has 18."""

EXPRESSION_DEPTH = 50
"""How deep SQL may nest; Anki's has no level."""

STEPS = 10_000_000
"""What reading may take of SQLite's virtual machine, in instructions, besides one for each byte of the database: a row
of 50 bytes takes some 20."""
