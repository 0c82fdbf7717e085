"""Blanks at the ends of lines into edits that remove them, but for those that Markdown gives a meaning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from builder.fix.edits import Edit, WrittenText, edited
from builder.fix.trees import Place, differences, is_block, is_trimmed, nodes
from builder.render.markdown import render_field
from builder.render.media import MediaFolder
from builder.source.events import Mapping as Keys
from builder.source.events import Node, read_tree

IsSame = Callable[[Place, str, str], bool]
"""Whether the text at a place, before and after, is the same for all that is made of it."""

_MESSAGE = "removes blanks at the end of the line"
_BREAKS = ("  ", " \t", "\t\t", "\t ")
_FENCES = ("```", "~~~")


def blank_edits(written: WrittenText, path: Path, root: Node | None, is_same: IsSame) -> tuple[Edit, ...]:
    """The edits of one file; block texts keep every blank unless `is_same`, all other texts lose none of theirs."""
    lines = _lines_with_blanks(written)
    blocks = _block_lines(written, root) if lines else {}
    for kept_of in (_meant, _all, None):
        if not lines:
            return ()
        edits = tuple(_edit(written, line) for line in lines)
        tree, problems = read_tree(WrittenText(edited(written.raw, edits)).text, path)
        changed = () if problems else tuple(_changed(root, tree.root, is_same))
        if not problems and not changed:
            return edits
        if kept_of is None or any(place not in blocks for place in changed):
            return ()
        inside = [blocks[place] for place in changed] if changed else [*blocks.values()]
        kept = {line for block in inside for line in kept_of(written, block)}
        lines = tuple(line for line in lines if line not in kept)
    return ()


def _lines_with_blanks(written: WrittenText) -> tuple[int, ...]:
    """The numbers of the lines that end in blanks; one behind a backslash belongs to it."""
    return tuple(
        number
        for number, line in enumerate(written.lines, 1)
        if line[-1:] in (" ", "\t") and not line.rstrip(" \t").endswith("\\")
    )


def _edit(written: WrittenText, line: int) -> Edit:
    text = written.lines[line - 1]
    kept = len(text.rstrip(" \t"))
    return written.edit((line, kept + 1), len(text) - kept, "", _MESSAGE)


def _block_lines(written: WrittenText, root: Node | None) -> Mapping[Place, range]:
    """The lines of each block text, up to whatever comes next."""
    found = tuple(nodes(root))
    starts = sorted({line for _, node in found for line in _lines_of(node)})
    ends = [*starts, len(written.lines) + 1]
    blocks = ((place, node.line) for place, node in found if is_block(node))
    return {place: range(line + 1, ends[bisect_right(starts, line)]) for place, line in blocks}


def _lines_of(node: Node) -> Iterable[int]:
    keys = (node.key_place(key)[0] for key in node.values) if isinstance(node, Keys) else ()
    return (node.line, *keys)


def _changed(before: Node | None, after: Node | None, is_same: IsSame) -> Iterator[Place]:
    """The places of what is no longer the same."""
    for place, old, new in differences(before, after):
        if not (is_block(old) and is_block(new) and is_trimmed(old, new) and is_same(place, old.value, new.value)):
            yield place


def _meant(written: WrittenText, block: range) -> Iterator[int]:
    """The lines whose blanks may break a line or stand in code."""
    is_code = False
    for number in block:
        line, following = written.lines[number - 1], written.lines[number] if number + 1 in block else ""
        if line.strip().startswith(_FENCES):
            is_code = not is_code
        elif is_code or (line.endswith(_BREAKS) and line.strip() and following.strip()):
            yield number


def _all(_written: WrittenText, block: range) -> Iterator[int]:
    yield from block


def shows_the_same(before: str, after: str, media: MediaFolder) -> bool:
    """Whether two texts make the same field, with gaps and without."""
    for has_gaps in (False, True):
        old, new = (render_field(text, media, cloze=has_gaps) for text in (before, after))
        if old.html != new.html or len(old.problems) != len(new.problems) or bool(before.strip()) != bool(old.html):
            return False
    return True
