"""A deck's own CSS into what is wrong with it: what a browser would not understand, and what would leave the deck."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem, quoted

# Behind the author's CSS stands a rule of ours: where it is found, something before it was left open.
_SENTINEL = "deckbuilder-end"
# The card's page has the styling in a <style> element, which ends at the first `</style`, even in a comment or text.
_MARKUP = re.compile(r"<[/!]?[A-Za-z][\w-]*[^<>{};\n]*>|<[/!]-*|<[A-Za-z]")
_LOADING = ("font-face", "import", "namespace")
_LOADERS = ("-webkit-image-set", "image", "image-set", "src", "url")
_LATER = ("attr", "env", "var")  # functions whose value is not known here
_HOLDING_RULES = frozenset(
    {"-webkit-keyframes", "container", "keyframes", "layer", "media", "scope", "starting-style", "supports"}
)
_MAX_DEPTH = 50
_LIKE_A_RULE = "a rule looks like `.card { color: navy; }`"
_LIKE_A_DECLARATION = "a declaration looks like `color: navy;`"
_QUOTE = ("a quote is not closed in its line", "close it with the same quote")
_ADDRESS = ("this address is not closed, or has a blank or quote in it", "put it in quotes and close it with )")
_BROKEN = {
    "bad-string": _QUOTE,
    "eof-in-string": _QUOTE,
    "bad-url": _ADDRESS,
    "eof-in-url": _ADDRESS,
    "comment": ("this comment is not closed", "end it with */"),
    "() block": ("this bracket is not closed", "close it with )"),
    "function": ("this bracket is not closed", "close it with )"),
    "[] block": ("this bracket is not closed", "close it with ]"),
}
"""Message and hint by the kind of a token that is no CSS: tinycss2's kinds, and what we found to be left open."""


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARED = re.compile(r"(?:^|[{;])\s*(--[\w-]+)\s*:")
_USED = re.compile(r"var\(\s*(--[\w-]+)")


class _Found(NamedTuple):
    """A problem at a token of tinycss2, which knows lines and columns."""

    token: Any
    rule: str
    message: str
    hint: str


def styling_problems(css: str) -> tuple[TextProblem, ...]:
    """What is wrong with a style sheet, by offset."""
    import tinycss2

    css = css.replace("\r", "\n").replace("\f", "\n")  # as tinycss2 counts lines
    problems = list(_markup(css))
    readable = _MARKUP.sub(lambda match: " " * len(match.group()), css)
    tree = tinycss2.parse_component_value_list(f"{readable}\n{_SENTINEL}{{}}")
    starts = [0]
    for line in css.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for found in (*_left_open(tree), *_contents(tree, declarations=False)):
        offset = starts[found.token.source_line - 1] + found.token.source_column - 1
        problems.append(TextProblem(min(offset, len(css)), found.rule, found.message, found.hint))
    return tuple(sorted(problems, key=lambda problem: problem.offset)[:MAX_IN_TEXT])


def misspelt_tokens(css: str, ours: Collection[str]) -> Iterator[TextProblem]:
    """Properties of the author's own that nothing uses and that are nearly one of `ours`, such as `--acent`."""
    from difflib import get_close_matches

    plain = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment.group()), css)
    used = {*ours, *_USED.findall(plain)}
    for match in _DECLARED.finditer(plain):
        name = match.group(1)
        # Names of an author's own may share a word with ours: only slips of the pen count.
        if name not in used and (near := get_close_matches(name[:50], sorted(ours), n=1, cutoff=0.85)):
            hint = f"did you mean {quoted(near[0])}?"
            yield TextProblem(match.start(1), "unknown-token", f"nothing uses {quoted(name)}", hint)


def declared_tokens(css: str) -> frozenset[str]:
    """The custom properties that a style sheet declares."""
    return frozenset(_DECLARED.findall(css))


def _markup(css: str) -> Iterator[TextProblem]:
    """HTML in a style sheet, told once in a line."""
    start = 0
    for line in css.split("\n"):
        if match := _MARKUP.search(line):
            hint = "write CSS alone; put a blank behind `<`, or write it as \\3C in quotes and as %3C in an address"
            message = f"{quoted(match.group())} is not allowed in a style sheet"
            yield TextProblem(start + match.start(), "forbidden-css", message, hint)
        start += len(line) + 1


def _left_open(tree: list[Any]) -> Iterator[_Found]:
    """Takes our own rule out of the tree again; a block in braces that holds it was left open.

    What else holds or has swallowed it becomes a token that is no CSS, since nothing in it is what it seems to be.
    """
    from tinycss2.ast import ParseError

    holder, above = tree, tree
    while not (len(holder) > 1 and holder[-2].type == "ident" and holder[-2].value == _SENTINEL):
        last = holder[-1]
        inside = _inside(last)
        if not inside:
            if last.type == "comment":
                holder[-1] = ParseError(last.source_line, last.source_column, "comment", "")
            return
        above, holder = holder, inside
    del holder[-2:]
    last = above[-1] if holder is not tree else None
    if last and last.type == "{} block":
        if not any(token.type == "error" for token in _all(last.content)):  # else the brace may be in an open quote
            *_, item = _items(above)
            yield _Found(item[0], "bad-css", "this is not closed", "close it with }")
    elif last:
        above[-1] = ParseError(last.source_line, last.source_column, last.type, "")


def _inside(token: Any) -> list[Any]:
    """What stands in a block or between the brackets of a function."""
    inside: list[Any] = getattr(token, "arguments", None) or getattr(token, "content", None) or []
    return inside


def _all(tokens: list[Any]) -> Iterator[Any]:
    """The tokens and what is in them, in order."""
    waiting = tokens[::-1]
    while waiting:
        token = waiting.pop()
        yield token
        waiting += _inside(token)[::-1]


def _items(tokens: list[Any]) -> Iterator[list[Any]]:
    """The rules and declarations among tokens, without comments: each ends at a `;` or behind a block in braces."""
    item: list[Any] = []
    for token in tokens:
        if token.type == "comment" or (token.type == "whitespace" and not item):
            continue
        if token == ";":
            if item:
                yield item
            item = []
            continue
        item.append(token)
        if token.type == "{} block" and not _is_variable(item):
            yield item
            item = []
    if item:
        yield item


def _is_variable(item: list[Any]) -> bool:
    """Whether it begins as the setting of a variable, which may hold anything."""
    return bool(item[0].type == "ident" and item[0].value.startswith("--"))


def _contents(tokens: list[Any], *, declarations: bool, depth: int = 1) -> Iterator[_Found]:
    """What is wrong in a style sheet or in a block of it, where there may be `declarations` or not."""
    for item in _items(tokens):
        first, last = item[0], item[-1]
        name = first.lower_value if first.type == "at-keyword" else ""
        if name in _LOADING:
            hint = "cards load nothing from elsewhere; write rules here, and use fonts that devices have"
            yield _Found(first, "forbidden-css", f"`@{name}` is not allowed", hint)
            continue
        is_rule = last.type == "{} block" and not _is_variable(item)
        found = list(_tokens(item[:-1] if is_rule else item))
        yield from found
        if not any(one.rule == "bad-css" for one in found) and not name:
            yield from _rule(item[:-1], first, declarations) if is_rule else _declaration(item, declarations)
        if is_rule and depth == _MAX_DEPTH:
            yield _Found(last, "bad-css", f"nested deeper than {_MAX_DEPTH} levels", "write its rules one by one")
        elif is_rule:
            inner = declarations or name not in _HOLDING_RULES
            yield from _contents(last.content, declarations=inner, depth=depth + 1)


def _rule(selector: list[Any], first: Any, declarations: bool) -> Iterator[_Found]:
    """What is wrong before the block of a rule."""
    if not selector:
        yield _Found(first, "bad-css", "a selector is missing before this brace", _LIKE_A_RULE)
    elif len(selector) > 2 and first.type == "ident" and selector[1] == ":" and selector[2].type == "whitespace":
        yield _without_semicolon(first) if declarations else _Found(first, "bad-css", "this is no rule", _LIKE_A_RULE)


def _declaration(item: list[Any], declarations: bool) -> Iterator[_Found]:
    words = [token for token in item if token.type != "whitespace"]
    first, value = words[0], words[2:]
    if not declarations:
        yield _Found(first, "bad-css", "this is no rule", _LIKE_A_RULE)
    elif first.type != "ident":
        yield _Found(first, "bad-css", "this is no declaration", _LIKE_A_DECLARATION)
    elif len(words) < 2 or words[1] != ":":
        yield _Found(first, "bad-css", "a colon is missing", _LIKE_A_DECLARATION)
    elif not _is_variable(words) and not value:
        yield _Found(first, "bad-css", "a value is missing", _LIKE_A_DECLARATION)
    elif not _is_variable(words) and any(one.type == "ident" and other == ":" for one, other in pairwise(value)):
        yield _without_semicolon(first)


def _without_semicolon(token: Any) -> _Found:
    return _Found(token, "bad-css", "a semicolon is missing behind this declaration", _LIKE_A_DECLARATION)


def _tokens(tokens: list[Any]) -> Iterator[_Found]:
    """What is no CSS, or loads a file, wherever it stands."""
    for token in _all(tokens):
        if token.type == "error":
            closing = (f"this `{token.kind}` closes nothing", "remove it, or open it before")
            message, hint = _BROKEN.get(token.kind, closing)
            yield _Found(token, "bad-css", message, hint)
        elif address := _loaded(token):
            hint = "put pictures into fields; a small one can stand here as a data: address"
            yield _Found(token, "forbidden-css", f"{quoted(address)} is not loaded from a style sheet", hint)


def _loaded(token: Any) -> str:
    """The address that a token loads, when it is no picture in itself; the token's name when nobody knows."""
    addresses: list[str] = []
    if token.type == "url":
        addresses = [token.value or "url()"]
    elif token.type == "function" and token.lower_name in _LOADERS:
        addresses = [one.value for one in token.arguments if one.type == "string"]
        if any(one.type == "function" and one.lower_name in _LATER for one in token.arguments):
            addresses.append(token.lower_name)
    return next((one for one in addresses if not one.strip().lower().startswith("data:")), "")
