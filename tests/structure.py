"""What of the authoring format a JSON Schema can know, and what it cannot."""

from __future__ import annotations

_EVERYWHERE = frozenset({"unknown-key", "wrong-type", "empty-text"})

STRUCTURAL = {
    "deck": _EVERYWHERE | {"missing-key", "bad-deck-id", "bad-deck-name", "bad-tag", "bad-value", "bad-link"},
    "notes": _EVERYWHERE
    | {"missing-id", "missing-question", "missing-answer", "missing-type", "missing-fields", "missing-notes"}
    | {"missing-retired"}
    | {"missing-image", "missing-alt", "missing-masks", "missing-text", "missing-key", "empty-note", "no-form"}
    | {"mixed-forms", "number-of-choices", "bad-id", "bad-tag", "bad-deck-name", "bad-value", "bad-mask"}
    | {"bad-mask-number", "bad-date", "unquoted-colon"},
    "references": _EVERYWHERE
    | {"missing-id", "missing-type", "missing-title", "missing-year", "unknown-type", "bad-name", "bad-date"}
    | {"bad-doi", "bad-pmid", "bad-pmcid", "bad-link"},
    "note-type": _EVERYWHERE
    | {"missing-key", "bad-name", "bad-value", "bad-field", "duplicate-field", "too-many-templates"}
    | {"missing-template"},
}
"""The rules that a schema knows, by kind of file."""

UNSEEN = {
    "what a text holds": frozenset(
        {"bad-link", "bad-path", "bad-picture", "cloze-in-question", "cloze-number-too-high", "cloze-without-number"}
        | {"comment-after-text", "crossing-cloze", "empty-cloze", "forbidden-html", "media-kind", "missing-cloze"}
        | {"picture-in-description", "remote-media", "report-without-id", "typed-markup", "unbalanced-braces"}
        | {"unbalanced-html", "unclosed-cloze", "missing-reason"}
    ),
    "what another key, note or file says": frozenset(
        {"answer-not-a-choice", "duplicate-choice", "duplicate-front", "duplicate-id", "duplicate-mask"}
        | {"duplicate-name", "duplicate-template", "mask-outside", "mask-too-small"}
        | {"missing-field", "missing-mask", "missing-media", "no-card", "open-shape", "outside-deck", "turned-shape"}
        | {"unknown-audience", "unknown-field", "unknown-note-type", "unknown-option", "unknown-rule", "unknown-source"}
        | {"unknown-style"}
        | {"unshown-explanation", "unshown-sources", "unshown-retired", "card-of-retired"}
        | {"replaced-by-itself", "reserved-tag", "retired-replacement", "unknown-note"}
    ),
    "how YAML is written": frozenset(
        {"bad-escape", "bad-indentation", "complex-key", "control-character", "duplicate-key", "empty-file"}
        | {"missing-colon", "missing-item", "missing-space", "second-document", "tab", "text-after-quote", "too-deep"}
        | {"unclosed-bracket", "unclosed-quote", "unquoted-braces", "unquoted-colon", "unquoted-text", "yaml-alias"}
        | {"yaml-anchor", "yaml-tag"}
    ),
}
"""All other rules, by the reason why a schema does not know them."""

_NO_FILES = "whether a file is there"
_NO_FOLDER = "the name of the folder"
EXCEPTIONS: dict[str, tuple[set[int], str]] = {
    "deck/lint-options: deck.yaml": ({10, 12}, "which options a rule has, and what they may be"),
    "notes/review-by: notes.yaml": ({6}, "how many days a month has"),
    "notes/nothing-to-see: notes.yaml": ({4, 7, 10}, "what is left of HTML and Markdown on a card"),
    "notes/occlusion-boxes: notes.yaml": ({19}, "1e2 is a number to YAML"),
    "notes/type-of-flags: notes.yaml": ({11}, "True is true to YAML"),
    "note-type/missing-template-files: note_types/drill/note_type.yaml": ({5, 7}, _NO_FILES),
    "notes/own-type-fields-alone: notes.yaml": ({4}, "the note is marked where it begins"),
    "references/dates: references.yaml": ({58, 62}, "how many days a month has"),
    "several/note-type-in-a-folder-with-a-bad-name: note_types/Our drill/note_type.yaml": ({1}, _NO_FOLDER),
    "several/note-type-in-a-folder-with-a-taken-name: note_types/question/note_type.yaml": ({1}, _NO_FOLDER),
    "several/note-type-with-gaps-and-two-templates: note_types/gapped/note_type.yaml": (
        {7},
        "the list is marked, not its second item",
    ),
    "several/two-note-types-with-mistakes: note_types/drill/note_type.yaml": ({5}, _NO_FILES),
}
"""Lines of bad cases that break a structural rule in a way that a schema cannot see, and why."""
