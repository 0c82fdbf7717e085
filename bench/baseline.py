"""The yardstick: the plain genanki script that somebody would write today for the notes that `generate.py` makes.

    python bench/baseline.py FOLDER OUT.apkg

It reads with yaml's C loader, checks nothing, renders nothing, and stamps everything with the present time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import genanki
import yaml

BACK = "{{FrontSide}}<hr id=answer>{{Back}}<footer>{{Source}}</footer>"
FIELDS = [{"name": "Front"}, {"name": "Back"}, {"name": "Source"}]
BASIC = {"name": "Card 1", "qfmt": "{{Front}}", "afmt": BACK}
REVERSED = {"name": "Card 2", "qfmt": "{{Back}}", "afmt": "{{FrontSide}}<hr id=answer>{{Front}}"}
CLOZE = {"name": "Cloze", "qfmt": "{{cloze:Front}}", "afmt": "{{cloze:Front}}<hr id=answer>{{Back}}"}
MODELS = {
    "basic": genanki.Model(1600000001, "Plain", FIELDS, [BASIC]),
    "reversed": genanki.Model(1600000002, "Plain, reversed", FIELDS, [BASIC, REVERSED]),
    "cloze": genanki.Model(1600000003, "Plain, cloze", FIELDS, [CLOZE], model_type=genanki.Model.CLOZE),
}


def main(folder: Path, out: Path) -> None:
    """Builds the package."""
    deck = genanki.Deck(1600000000, "Plain")
    for path in sorted((folder / "plain").glob("notes-*.yaml")):
        with path.open(encoding="utf-8") as file:
            for row in yaml.load(file, Loader=yaml.CSafeLoader):
                fields = [row["front"].strip(), row["back"].strip(), row["source"]]
                guid = genanki.guid_for(row["id"])
                deck.add_note(genanki.Note(MODELS[row["kind"]], fields, tags=row["tags"], guid=guid))
    genanki.Package(deck).write_to_file(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
