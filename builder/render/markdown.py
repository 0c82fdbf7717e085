"""Markdown with maths, gaps, pictures and sounds into the HTML of one field."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from builder.core.diagnostics import TextProblem
from builder.render import sanitize
from builder.render.media import MediaFolder
from builder.render.protect import FIRST, PARKED, Protected, protect

# Without one of these, or a line that begins like a block, Markdown leaves a text as it is.
_PROTECTABLE = re.compile(r"[\\$]|\{\{|\}\}|\[sound:")
_MARKUP = re.compile(
    r"[\\`*_\[<&|]|  \n|\n[ \t]*\n|^[ \t]*(?:[-+>#=~:]|[0-9]{1,9}[.)])",
    re.MULTILINE,
)
_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^>"]|"[^"]*")*>|' + PARKED.pattern)
_VOID = frozenset({"br", "hr", "img", "wbr"})


@dataclass(frozen=True, slots=True)
class Field:
    """The HTML of a field, with the media it uses, the card numbers of its gaps and what is wrong with the text."""

    html: str
    media: tuple[str, ...] = ()
    cards: frozenset[int] = frozenset()
    problems: tuple[TextProblem, ...] = ()
    is_plain: bool = False


def render_field(text: str, media: MediaFolder, *, cloze: bool = False) -> Field:
    """The field's HTML; a text of one paragraph is not wrapped in `<p>`. With `cloze`, gaps are kept for Anki."""
    if not _PROTECTABLE.search(text):
        if not _MARKUP.search(text):
            return Field(_plain(text), is_plain=True)
        protected = Protected(text)
    else:
        protected = protect(text, cloze=cloze)
    return _Renderer(protected, media).field()


def _plain(text: str) -> str:
    return html.escape("\n".join(map(str.strip, text.strip().split("\n"))), quote=False).replace('"', "&quot;")


def _with_place(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """An inline rule that notes in its tokens where in the paragraph they begin."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        matched = rule(state, silent)
        if matched and not silent:
            for token in state.tokens[count:]:
                token.meta.setdefault("start", start)
        return matched

    return placed


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    for rule in parser.inline.ruler.__rules__:
        if rule.name in ("link", "image", "autolink", "html_inline"):
            rule.fn = _with_place(rule.fn)
    # Links are judged in `_link`, with their place, instead of being left as text without a word.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


class _Renderer:
    """Renders one text."""

    def __init__(self, protected: Protected, media: MediaFolder) -> None:
        self.protected = protected
        self.folder = media
        self.problems: list[TextProblem] = list(protected.problems)
        self.media: dict[str, None] = {}
        self.tags: list[sanitize.HtmlTag] = []
        self.pictures: dict[str, str] = {}
        self.text = protected.text

    def field(self) -> Field:
        protected = self.protected
        if _MARKUP.search(self.text):
            markup = self._markdown()
            is_plain = False
        else:
            markup = _plain(self.text)
            is_plain = not protected.pieces
        if protected.pieces:
            self._sounds()
            if protected.cards:
                self._nesting(markup)
            markup = protected.restored(markup)
        return Field(markup, tuple(self.media), frozenset(protected.cards), tuple(self.problems), is_plain)

    def _markdown(self) -> str:
        parser = _parser()
        tokens = parser.parse(self.text)
        for token in tokens:
            self._block(token)
        alone = len(tokens) == 3 and tokens[0].type == "paragraph_open"
        markup = str(parser.renderer.render(tokens[1:2] if alone else tokens, parser.options, {})).strip("\n")
        if self.tags:
            markup = self._sanitized(markup)
        return markup

    # tokens

    def _block(self, token: Token) -> None:
        if token.type == "inline":
            for child in token.children or ():
                self._inline(child, token)
        elif token.type in ("fence", "code_block"):
            token.content = self.protected.original(token.content)
            token.info = self.protected.original(token.info)
        elif token.type == "html_block":
            self._html(token, self._line_start((token.map or [0])[0]))

    def _inline(self, token: Token, block: Token) -> None:
        if token.type == "code_inline":
            token.content = self.protected.original(token.content)
        elif token.type == "html_inline":
            self._html(token, self._place(token, block))
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            reason = sanitize.link_problem(address)
            if "%F3%B" in address:
                reason = "an address cannot hold gaps or maths"
            if reason:
                self._report(self._place(token, block), "bad-link", reason, "begin it with https:// or mailto:")
        elif token.type == "image":
            token.attrs["src"] = self._picture(str(token.attrs.get("src", "")), self._place(token, block))

    def _html(self, token: Token, start: int) -> None:
        tags, problems = sanitize.read_tags(token.content, start)
        self.tags += tags
        for problem in problems:
            self._report(problem.offset, problem.rule, problem.message, problem.hint)
        for tag in tags:
            if tag.name == "img" and not tag.closing:
                source = dict(tag.attributes).get("src", "")
                self.pictures[source] = self._picture(source, tag.offset)
        token.content = _TAG.sub(lambda match: self._tag_text(match.group()), token.content)

    def _tag_text(self, text: str) -> str:
        return self.protected.original(text) if text[0] == "<" else text

    def _picture(self, source: str, index: int) -> str:
        found = self.folder.picture(source)
        if isinstance(found, TextProblem):
            self._report(index, found.rule, found.message, found.hint)
            return source
        self.media[found.name] = None
        return found.name

    def _sounds(self) -> None:
        for index, piece in self.protected.sounds():
            found = self.folder.sound(piece.html)
            if isinstance(found, TextProblem):
                self.problems.append(TextProblem(piece.offset, found.rule, found.message, found.hint))
            else:
                self.media[found.name] = None
                self.protected.pieces[index] = piece.with_html(f"[sound:{found.name}]")

    # raw HTML and gaps

    def _sanitized(self, markup: str) -> str:
        problems = tuple(sanitize.check_tags(self.tags))
        for problem in problems:
            self._report(problem.offset, problem.rule, problem.message, problem.hint)
        cleaned = sanitize.clean(markup, self.pictures)
        if not self.problems and sanitize.outline(markup) != sanitize.outline(cleaned):
            self._report(
                self.tags[0].offset,
                "unbalanced-html",
                "a browser would not keep this HTML as it is written",
                "check that every tag stands where it may, or write it in Markdown",
            )
        return cleaned

    def _nesting(self, markup: str) -> None:
        """A gap must begin and end within the same paragraph, cell and emphasis, or hiding it tears the card apart."""
        stack: list[tuple[str, int]] = []
        for match in _TAG.finditer(markup):
            text, name = match.group(), match.group(2)
            if name is None:
                piece = self.protected.pieces[ord(text) - FIRST]
                if piece.role == "open":
                    stack.append(("", piece.offset))
                elif piece.role == "close" and (not stack or stack.pop()[0]):
                    self._crossing(piece.offset)
                    return
            elif any(self.protected.pieces[ord(mark) - FIRST].role != "maths" for mark in PARKED.findall(text)):
                inside = self.protected.pieces[ord(PARKED.findall(text)[0]) - FIRST]
                self.problems.append(
                    TextProblem(
                        inside.offset,
                        "crossing-cloze",
                        "a gap cannot be inside a picture's description or a tag",
                        "put the gap around the whole picture or tag",
                    )
                )
                return
            elif name.lower() not in _VOID:
                if not match.group(1):
                    stack.append((name.lower(), 0))
                elif stack and not stack[-1][0]:
                    self._crossing(stack[-1][1])
                    return
                elif stack:
                    stack.pop()
        if left := [offset for name, offset in stack if not name]:
            self._crossing(left[0])

    def _crossing(self, offset: int) -> None:
        self.problems.append(
            TextProblem(
                offset,
                "crossing-cloze",
                "this gap begins and ends in different paragraphs, cells or emphasis",
                "make several gaps with the same number, each whole",
            )
        )

    # places

    def _report(self, index: int, rule: str, message: str, hint: str) -> None:
        self.problems.append(TextProblem(self.protected.offset_of(index), rule, message, hint))

    def _line_start(self, line: int) -> int:
        start = 0
        for _ in range(line):
            start = self.text.index("\n", start) + 1
        return start

    def _place(self, token: Token, block: Token) -> int:
        """The index in the protected text of an inline token: its paragraph's lines are ends of the text's lines."""
        position = int(token.meta.get("start", 0))
        row = block.content.count("\n", 0, position)
        content_start = block.content.rfind("\n", 0, position) + 1
        content_line = block.content[content_start:].split("\n", 1)[0]
        line_start = self._line_start((block.map or [0])[0] + row)
        return self.text.find(content_line, line_start) + position - content_start
