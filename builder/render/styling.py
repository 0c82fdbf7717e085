"""A deck's own CSS into what is wrong with it: what a browser would not understand, and what would leave the deck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem, quoted

# Behind the author's CSS stands a rule of ours: when it is not read as one, a brace before it was left open.
_SENTINEL = "deckbuilder-end"
_LOADING = ("font-face", "import", "namespace")


class _Found(NamedTuple):
    """A problem at a token of tinycss2, which knows lines and columns."""

    token: Any
    rule: str
    message: str
    hint: str


def styling_problems(css: str) -> tuple[TextProblem, ...]:
    """What is wrong with a style sheet, by offset."""
    import tinycss2

    starts = [0]
    for line in css.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    rules = tinycss2.parse_stylesheet(f"{css}\n{_SENTINEL} {{}}", skip_comments=True, skip_whitespace=True)
    problems = []
    for found in _problems(rules):
        offset = starts[found.token.source_line - 1] + found.token.source_column - 1
        problems.append(TextProblem(min(offset, len(css)), found.rule, found.message, found.hint))
    return tuple(problems[:MAX_IN_TEXT])


def _problems(rules: list[Any]) -> Iterator[_Found]:
    import tinycss2

    if not rules:  # a comment that is not closed swallows ours
        return
    last = rules[-1]
    closed = last.type == "qualified-rule" and tinycss2.serialize(last.prelude).strip() == _SENTINEL
    for rule in rules[:-1] if closed else rules:
        yield from _rule(rule)
    if not closed and last.type != "error":
        yield _Found(last, "bad-css", "this is not closed", "close a rule with } and a comment with */")


def _rule(rule: Any) -> Iterator[_Found]:
    if rule.type == "error":
        yield _not_css(rule, "a rule looks like `.card { color: navy; }`")
        return
    if rule.type == "at-rule" and rule.lower_at_keyword in _LOADING:
        hint = "cards load nothing from elsewhere; write rules here, and use fonts that devices have"
        yield _Found(rule, "forbidden-css", f"`@{rule.lower_at_keyword}` is not allowed", hint)
        return
    import tinycss2

    content = rule.content or []
    for token in _tokens([*rule.prelude, *content]):
        yield from _token(token)
    if rule.type == "qualified-rule":
        yield from _declarations(content)
    elif rule.lower_at_keyword in ("media", "supports"):
        for inner in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
            if inner.type == "error":
                yield from _rule(inner)
            elif inner.type == "qualified-rule":
                yield from _declarations(inner.content)


def _declarations(content: list[Any]) -> Iterator[_Found]:
    import tinycss2

    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "error":
            yield _not_css(one, "a declaration looks like `color: navy;`")


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _tokens(getattr(token, "content", None) or getattr(token, "arguments", None) or [])


def _token(token: Any) -> Iterator[_Found]:
    address = ""
    if token.type == "url":
        address = token.value
    elif token.type == "function" and token.lower_name in ("url", "src", "image-set", "-webkit-image-set"):
        address = next((one.value for one in token.arguments if one.type == "string"), token.lower_name)
    if address and not address.startswith("data:"):
        hint = "put pictures into fields; a small one can stand here as a data: address"
        yield _Found(token, "forbidden-css", f"{quoted(address)} is not loaded from a style sheet", hint)
    if token.type == "error":
        yield _not_css(token, "remove it")


def _not_css(token: Any, hint: str) -> _Found:
    return _Found(token, "bad-css", f"this is not CSS: {token.message.lower()}", hint)
