"""A plain genanki script, after genanki's README: rows of `notes.csv` into an Anki package.

python build.py default knots.apkg    each note with genanki's own GUID, a hash of its fields
python build.py ids knots.apkg        each note with a GUID from the row's id, as the README's "Note GUIDs" advises
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import genanki


def main(guids: str, out: str) -> None:
    """Writes the package."""
    css = Path("style.css").read_text(encoding="utf-8")
    question = genanki.Model(
        1607392301,
        "Knots, question",
        fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Picture"}],
        templates=[
            {
                "name": "Card 1",
                "qfmt": "{{Question}}<br>{{Picture}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}',
            }
        ],
        css=css,
    )
    cloze = genanki.Model(
        1607392302,
        "Knots, cloze",
        fields=[{"name": "Text"}],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}"}],
        css=css,
        model_type=genanki.Model.CLOZE,
    )
    deck = genanki.Deck(2059400101, "Knots")
    with Path("notes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            picture = f'<img src="{row["picture"]}">' if row["picture"] else ""
            model, fields = (
                (cloze, [row["cloze"]]) if row["cloze"] else (question, [row["question"], row["answer"], picture])
            )
            guid = genanki.guid_for(row["id"]) if guids == "ids" else None
            deck.add_note(genanki.Note(model, fields, tags=row["tags"].split(), guid=guid))
    package = genanki.Package(deck)
    package.media_files = ["overhand.svg"]
    package.write_to_file(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
