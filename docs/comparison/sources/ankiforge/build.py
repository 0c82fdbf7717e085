"""An ankiforge script: rows of `notes.csv` into an Anki package.

python build.py knots.apkg [OLD.apkg]    OLD is the release that students have, as its guide on updates asks
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from ankiforge import BuildOptions, Content, Field, Media, NoteType, Project, Template, UpdatePolicy


def note_types() -> tuple[NoteType, NoteType]:
    """Ours for questions and for gaps, because the stock ones have no styling to change."""
    css = Path("style.css").read_text(encoding="utf-8")
    question = (
        NoteType.builder("question")
        .name("Knots, question")
        .field(Field("question", "Question", required=True))
        .field(Field("answer", "Answer"))
        .template(Template("card", "{{question}}", '{{FrontSide}}<hr id="answer">{{answer}}', "Card 1"))
        .css(css)
        .build()
    )
    cloze = (
        NoteType.builder("gaps")
        .name("Knots, cloze")
        .field(Field("text", "Text", required=True))
        .template(Template("cloze", "{{cloze:text}}", "{{cloze:text}}", "Cloze"))
        .cloze_field("text")
        .css(css)
        .build()
    )
    return question, cloze


def main(out: str, old: str = "") -> None:
    """Writes the package."""
    question, cloze = note_types()
    project = Project("knots", default_deck="Knots")
    with Path("notes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["cloze"]:
                note = cloze.note().field("text", row["cloze"])
            else:
                pictures = [Media.file(row["picture"]).image()] if row["picture"] else []
                front = Content.sequence([row["question"], *pictures])
                note = question.note().field("question", front).field("answer", row["answer"])
            project.add(row["id"], note.tags(row["tags"].split()))
    options = BuildOptions.to(out)
    if old:
        # A note is left out on purpose, which ankiforge would refuse.
        options = options.update_from(old).update_policy(UpdatePolicy().allow("RISK.NOTE_REMOVED"))
    project.build(options)


if __name__ == "__main__":
    main(*sys.argv[1:])
