"""Maths in the HTML of a card into MathML, which browsers draw by themselves; the only door to latex2mathml.

Anki draws the same formulas with MathJax, so they look a little different there.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

_FORMULA = re.compile(r"\\\((?P<inline>[^<]*?)\\\)|\\\[(?P<display>[^<]*?)\\\]")


def with_maths(markup: str) -> str:
    """The same HTML with formulas as MathML; one that cannot be read stays as it is."""
    if "\\(" not in markup and "\\[" not in markup:
        return markup
    return _FORMULA.sub(_drawn, markup)


def _drawn(match: re.Match[str]) -> str:
    inline = match["inline"]
    formula = inline if inline is not None else match["display"]
    return _mathml(html.unescape(formula), "inline" if inline is not None else "block") or match.group()


@lru_cache(maxsize=1024)
def _mathml(formula: str, display: str) -> str:
    """MathML; '' for a formula that cannot be read."""
    from latex2mathml.converter import convert

    try:
        drawn: str = convert(formula, display=display)
    except Exception:  # whatever a formula makes the converter stumble over: the formula itself is shown
        return ""
    return drawn
