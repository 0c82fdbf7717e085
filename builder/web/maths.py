"""Maths in the HTML of a card into MathML, which browsers draw by themselves; the only door to latex2mathml.

Anki draws the same formulas with MathJax, so they look a little different there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element, tostring

_TAG = re.compile(r"""<!--.*?-->|<(?:[^"'<>]|"[^"]*"|'[^']*')*>""", re.DOTALL)
_NO_COMMENT = re.compile(r"""<(?:[^"'<>]|"[^"]*"|'[^']*')*>""")
_NAME = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# In these MathJax leaves everything as it is.
_UNTOUCHED = frozenset({"code", "math", "noscript", "pre", "script", "style", "textarea"})
_OPENING = re.compile(r"\\[(\[]")
_CLOSING = {r"\(": r"\)", r"\[": r"\]"}
# A name that is defined by others that are defined grows without limit.
_DEFINES = re.compile(r"\\(?:newcommand|def|newenvironment)(?![A-Za-z])")
# The converter puts them into texts of its tree; whatever else is there belongs to the formula.
_CHARACTER = re.compile(r"&#x[0-9A-Fa-f]{1,6};")
_ACTIVE = ("href", "style", "class")


def with_maths(markup: str) -> str:
    """The same HTML with formulas as MathML; one that cannot be read stays as it is."""
    if "\\(" not in markup and "\\[" not in markup:
        return markup
    kept: list[str] = []
    position, inside, depth = 0, "", 0
    for tag in _tags(markup):
        text = markup[position : tag.start()]
        kept += (text if inside else _with_formulas(text)), tag.group()
        position = tag.end()
        named = _NAME.match(tag.group())
        name = named[2].lower() if named else ""
        if named and name in _UNTOUCHED and inside in ("", name):
            depth += -1 if named[1] else 1
            inside = name if depth > 0 else ""
            depth = max(depth, 0)
    text = markup[position:]
    return "".join([*kept, text if inside else _with_formulas(text)])


def _tags(markup: str) -> Iterator[re.Match[str]]:
    """Tags and comments; behind the last end of a comment no other is looked for."""
    position, end = 0, markup.rfind("-->") + 3
    while True:
        found = _TAG.search(markup, position, end) if position < end else None
        other = _NO_COMMENT.search(markup, position)
        if other and (found is None or other.start() < found.start()):
            found = other
        if found is None:
            return
        yield found
        position = found.end()


def _with_formulas(text: str) -> str:
    """A text between two tags with its formulas drawn."""
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()  # else each opening would be looked for to the end
    for opening in _OPENING.finditer(text):
        start, mark = opening.start(), opening.group()
        end = text.find(_CLOSING[mark], start + 2) if start >= position and mark not in unclosed else -1
        if end >= 0:
            drawn = _mathml(html.unescape(text[start + 2 : end]), "inline" if mark == r"\(" else "block")
            kept += text[position:start], drawn or text[start : end + 2]
            position = end + 2
        elif start >= position:
            unclosed.add(mark)
    return "".join([*kept, text[position:]])


@lru_cache(maxsize=256)
def _mathml(formula: str, display: str) -> str:
    """MathML; '' for a formula that cannot be read."""
    from latex2mathml.converter import Converter

    if _DEFINES.search(formula):
        return ""
    try:
        tree = Converter(display=display).convert_to_element(formula)
        for element in tree.iter():
            _settle(element)
        return tostring(tree, encoding="unicode")
    except Exception:  # whatever a formula makes the converter stumble over: the formula itself is shown
        return ""


def _settle(element: Element) -> None:
    """Makes a part of the tree text and nothing but text: the converter's own HTML would have the formula's tags."""
    if element.text:
        element.text = _CHARACTER.sub(lambda found: html.unescape(found.group()), element.text)
    for name in _ACTIVE:
        element.attrib.pop(name, None)
