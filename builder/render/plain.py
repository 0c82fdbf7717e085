"""HTML into the text that Anki takes it for when an answer is typed or a card is read aloud."""

from __future__ import annotations

import re
from html.entities import name2codepoint

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
"""What Anki takes for blank. Python takes four control characters for blank, too."""

# Anki ignores the case of every letter: there is one more that is an s, and one more that is a k.
_S, _K = "[s\u017f]", "[k\u212a]"
_OPENING = re.compile(f"<(?:(?P<comment>!--)|(?P<style>{_S}tyle)|(?P<script>{_S}cript))?", re.IGNORECASE | re.ASCII)
_CLOSING = {
    "comment": re.compile("-->"),
    "style": re.compile(f"</{_S}tyle>", re.IGNORECASE | re.ASCII),
    "script": re.compile(f"</{_S}cript>", re.IGNORECASE | re.ASCII),
}
_LINE_TAGS = (
    "br|address|article|aside|blockquote|canvas|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li"
    "|main|nav|noscript|ol|output|p|pre|section|table|tfoot|ul|video"
)
_LINE_TAG = re.compile(f"</?(?:{_LINE_TAGS.replace('s', _S).replace('k', _K)})>", re.IGNORECASE | re.ASCII)
_ENTITY = re.compile(r"&([^;]*)(;?)")
_NUMBER = re.compile(r"#(?:x([0-9A-Fa-f]+)|([0-9]+))")


def without_tags(html: str) -> str:
    """HTML without tags, and without comments, styles and programs with all that is in them."""
    kept: list[str] = []
    position, absent = 0, set[str]()
    while (found := _OPENING.search(html, position)) and (end := _end(html, found, absent)):
        kept.append(html[position : found.start()])
        position = end
    return "".join(kept) + html[position:]


def _end(html: str, opening: re.Match[str], absent: set[str]) -> int:
    """Where it ends; 0 when nothing ends any more. What is absent once is not searched for again."""
    kind = opening.lastgroup
    if kind and kind not in absent:
        inside = opening.end() if kind == "comment" else html.find(">", opening.end()) + 1
        if inside and (closing := _CLOSING[kind].search(html, inside)):
            return closing.end()
        absent.add(kind)
    return html.find(">", opening.start()) + 1


def decoded(html: str) -> str:
    """HTML with its entities as characters, and with blanks that are none as blanks; as it is, if one is wrong."""
    if "&" not in html:
        return html
    try:
        return _ENTITY.sub(_character, html).replace("\xa0", " ")
    except ValueError:
        return html


def _character(entity: re.Match[str]) -> str:
    name, end = entity.groups()
    if not end:
        raise ValueError(name)
    if number := _NUMBER.fullmatch(name):
        code = int(number[1], 16) if number[1] else int(number[2])
    else:
        code = name2codepoint.get(name, -1)
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ValueError(name)
    return chr(code)


def text_of(html: str) -> str:
    """HTML as text, without tags; words that only a tag divides run together."""
    return decoded(without_tags(html))


def spoken(html: str) -> str:
    """HTML as it is read aloud: where a line ends is a blank."""
    return text_of(_LINE_TAG.sub(" ", html))
