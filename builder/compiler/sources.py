"""A note's citations into the two fields that show them: short forms with links, and the references in full."""

from __future__ import annotations

from collections.abc import Mapping

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Citation, Deck, Reference
from builder.render.citations import CitedReference, Citer
from builder.render.markdown import literal
from builder.source.files import DECK_FILE, REFERENCES_FILE

_PLAIN_BOOK = {"type": "book", "title": "Knots", "issued": {"date-parts": [[1944]]}}


class Bibliography:
    """The references of one deck, each formatted once, when a note first names it."""

    def __init__(self, deck: Deck, references: Mapping[str, Reference]) -> None:
        self.deck = deck
        self.references = references
        self.diagnostics: list[Diagnostic] = []
        self._citer: Citer | None = None
        self._is_unusable = False
        self._cited: dict[str, CitedReference] = {}
        self._fields: dict[tuple[tuple[str, str], ...], tuple[str, str]] = {}

    def renew(self, references: Mapping[str, Reference]) -> frozenset[str]:
        """Takes the references as they are now; gives the keys of those that are another, new or gone."""
        changed = frozenset(
            key
            for key in self.references.keys() | references.keys()
            if _shown(self.references.get(key)) != _shown(references.get(key))
        )
        self.references = references
        self._cited = {key: cited for key, cited in self._cited.items() if key not in changed}
        self._fields = {
            cited: made for cited, made in self._fields.items() if changed.isdisjoint(name for name, _ in cited)
        }
        return changed

    def fields(self, citations: tuple[Citation, ...]) -> tuple[str, str]:
        """The HTML of the fields Sources and References."""
        key = tuple([(citation.key.value, citation.at.value) for citation in citations])
        if key not in self._fields:
            # What is not in references.yaml was reported when the note was read.
            known = [(self.references[name], at) for name, at in key if name in self.references]
            short = "; ".join(self._short(reference, at) for reference, at in known)
            unique = dict.fromkeys(reference.key for reference, _ in known)
            full = "".join(f"<li>{self._reference(self.references[name]).full}</li>" for name in unique)
            full = f'<ol class="db-references-list">{full}</ol>' if full else ""
            self._fields[key] = short, full
        return self._fields[key]

    def _short(self, reference: Reference, at: str) -> str:
        short = self._reference(reference).short
        if reference.link:
            short = f'<a href="{literal(reference.link)}">{short}</a>'
        shown = f"{short}, {literal(at)}" if at else short
        # Nobody sees the key; without it no package could be turned back into sources.
        return f'<span data-key="{literal(reference.key)}">{shown}</span>'

    def _reference(self, reference: Reference) -> CitedReference:
        if reference.key not in self._cited:
            self._cited[reference.key] = self._format(reference)
        return self._cited[reference.key]

    def _format(self, reference: Reference) -> CitedReference:
        by_key = CitedReference(short=literal(reference.key), full=literal(reference.key))
        if not reference.item or self._is_unusable:
            return by_key  # the errors are told elsewhere, so that nobody will see this
        try:
            self._citer = self._citer or Citer(self.deck.citation_style, self.deck.language)
            return self._citer.cite(reference.item)
        except Exception as error:  # whatever a style of somebody else makes the processor stumble over
            self._report(reference, error)
            return by_key

    def _report(self, reference: Reference, error: Exception) -> None:
        """Says that a reference cannot be written in the deck's style or, once, that nothing can."""
        style = quoted(self.deck.citation_style)
        try:
            Citer(self.deck.citation_style, self.deck.language).cite(_PLAIN_BOOK)
        except Exception:  # the style itself
            self._is_unusable = True
            path, (line, column) = self.deck.folder / DECK_FILE, self.deck.places.get("citation_style", (1, 1))
            rule, message = "unusable-style", f"no reference can be written in the style {style}"
            hint = "take another `citation_style`"
        else:
            path, line, column = self.deck.folder / REFERENCES_FILE, reference.line, reference.column
            rule, message = "unformattable-reference", f"{quoted(reference.key)} cannot be written in the style {style}"
            hint = f"look at its values, or take another `citation_style` ({type(error).__name__}: {error})"
        self.diagnostics.append(Diagnostic(path=path, line=line, column=column, rule=rule, message=message, hint=hint))


def _shown(reference: Reference | None) -> tuple[object, ...]:
    """What of a reference is on cards."""
    return (reference.item, reference.link) if reference else ()
