"""pulldown-cmark's events into HTML: pictures by their names in Anki, and everything that does not nest found out."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import pyromark

from builder.core.diagnostics import MAX_IN_TEXT, TextProblem
from builder.render import sanitize
from builder.render.media import MediaFolder
from builder.render.protect import PARKED, Protected

_SIMPLE = {
    "Paragraph": ("<p>", "</p>\n"),
    "Item": ("<li>", "</li>\n"),
    "Emphasis": ("<em>", "</em>"),
    "Strong": ("<strong>", "</strong>"),
    "BlockQuote": ("<blockquote>\n", "</blockquote>\n"),
    "TableRow": ("<tr>", "</tr>\n"),
}
_GAP = "{{"
MAX_OPEN = 100


class HtmlWriter:
    """Writes one text; afterwards `media` has the names of its pictures."""

    def __init__(self, protected: Protected, folder: MediaFolder, problems: list[TextProblem]) -> None:
        self.protected = protected
        self.folder = folder
        self.problems = problems
        self.media: dict[str, None] = {}
        self.out: list[str] = []
        self._open: list[tuple[str, int]] = []  # what is open: a tag's name or a gap, and its byte
        self._blocks: list[str] = []
        self._unclosed: list[str] = []
        self._never_closed = {problem.offset for problem in problems if problem.rule == "unclosed-cloze"}
        self._raw = False
        self._forbidden: set[str] = set()
        self._pictures: dict[str, str] = {}
        self._compare = -1  # where the first tag is that not every place takes
        self._alt: list[str] | None = None
        self._alt_depth = 0
        self._code = False
        self._html_block: list[str] | None = None
        self._html_start = 0
        self._cells: tuple[str, ...] = ()
        self._column = 0
        self._cell = "td"
        self._bytes = b""

    def write(self) -> str:
        """The HTML, with its parked pieces still parked; what is wrong has been added to the problems."""
        text = self.protected.text
        for event, place in pyromark.events_with_range(text, options=pyromark.Options.ENABLE_TABLES):
            self._event(event, place["start"])
        while self._open:
            self._left_open(*self._open.pop())
        markup = "".join(self.out)
        if self._blocks == ["Paragraph"]:
            markup = markup[len("<p>") : -len("</p>\n")]
        markup = markup.strip("\n")
        return self._sanitized(markup) if self._raw and not self.problems else markup

    # events

    def _event(self, event: Any, start: int) -> None:
        if type(event) is str:
            self._break(event)
            return
        ((kind, value),) = event.items()
        if self._alt is not None and kind not in ("Start", "End"):
            self._alt.append(str(value))
        elif kind == "Text":
            self._text(value)
        elif kind == "Start":
            self._start(value, start)
        elif kind == "End":
            self._end(value)
        elif kind == "Code":
            self.out.append(f"<code>{_escaped(self.protected.original(value))}</code>")
        elif kind == "InlineHtml":
            self._html(value, start)
        elif kind == "Html":
            assert self._html_block is not None
            self._html_block.append(value)

    def _break(self, event: str) -> None:
        if self._alt is not None:
            self._alt.append(" ")
        elif event == "Rule":
            if not self._open:
                self._blocks.append("Rule")
            self.out.append("<hr />\n")
        else:
            self.out.append("<br />\n" if event == "HardBreak" else "\n")

    def _text(self, text: str) -> None:
        if self._code:
            text = self.protected.original(text)
        elif not text.isascii():
            self._gaps(text)
        self.out.append(_escaped(text))

    def _start(self, tag: Any, start: int) -> None:
        name, value = (tag, None) if type(tag) is str else next(iter(tag.items()))
        if not self._open:
            self._blocks.append(name)
        if self._alt is not None:
            self._alt_depth += 1
        elif name in _SIMPLE:
            self._open.append((name, start))
            self.out.append(_SIMPLE[name][0])
        elif name == "Image":
            self._image(value, start)
        elif name == "HtmlBlock":
            self._html_block, self._html_start = [], start
        elif name == "CodeBlock":
            self._code = True
            language = self.protected.original(value["Fenced"]).split() if type(value) is dict else []
            chosen = f' class="language-{html.escape(language[0])}"' if language else ""
            self.out.append(f"<pre><code{chosen}>")
        else:
            self._open.append((name, start))
            self.out.append("".join(self._opening(name, value, start)))

    def _opening(self, name: str, value: Any, start: int) -> Iterator[str]:
        if name == "Link":
            title = f' title="{html.escape(value["title"])}"' if value["title"] else ""
            address = f"mailto:{value['dest_url']}" if value["link_type"] == "Email" else value["dest_url"]
            self._link(address, start)
            yield f'<a href="{html.escape(address)}"{title}>'
        elif name == "Heading":
            yield f"<{value['level'].lower()}>"
        elif name == "List":
            first = "" if value in (None, 1) else f' start="{value}"'
            yield "<ul>\n" if value is None else f"<ol{first}>\n"
        elif name == "Table":
            self._cells = value
            yield "<table>\n"
        elif name == "TableHead":
            self._cell, self._column = "th", 0
            yield "<thead>\n<tr>"
        elif name == "TableCell":
            alignment = self._cells[self._column] if self._column < len(self._cells) else "None"
            self._column += 1
            yield f"<{self._cell}>" if alignment == "None" else f'<{self._cell} style="text-align:{alignment.lower()}">'

    def _end(self, tag: Any) -> None:
        name, value = (tag, None) if type(tag) is str else next(iter(tag.items()))
        if self._alt is not None:
            self._alt_depth -= 1
            if self._alt_depth < 0:
                self._finish_image()
        elif name == "HtmlBlock":
            block, self._html_block = "".join(self._html_block or ()), None
            self._html(block, self._html_start)
        elif name == "CodeBlock":
            self._code = False
            self.out.append("</code></pre>\n")
        else:
            self._pop(name)
            self.out.append(_SIMPLE[name][1] if name in _SIMPLE else self._closing(name, value))
            if name == "TableRow":
                self._column = 0

    def _closing(self, name: str, value: Any) -> str:
        if name == "TableHead":
            self._cell, self._column = "td", 0
            return "</tr>\n</thead>\n<tbody>\n"
        if name == "TableCell":
            return f"</{self._cell}>"
        if name == "Heading":
            return f"</{value.lower()}>\n"
        if name == "List":
            return "</ol>\n" if value else "</ul>\n"
        return {"Link": "</a>", "Table": "</tbody>\n</table>\n"}[name]

    # links and pictures

    def _link(self, address: str, start: int) -> None:
        if PARKED.search(address):
            hint = "put the gap around the whole link, or leave it out"
            self._report(start, "bad-link", "an address cannot hold gaps or maths", hint)
        elif reason := sanitize.link_problem(address):
            self._report(start, "bad-link", reason, "begin it with https:// or mailto:")

    def _image(self, value: Any, start: int) -> None:
        name = self._picture(value["dest_url"], start)
        title = f' title="{html.escape(value["title"])}"' if value["title"] else ""
        self.out.append(f'<img src="{html.escape(name)}"{title}')
        self._alt, self._alt_depth = [], 0

    def _finish_image(self) -> None:
        alt = "".join(self._alt or ())
        self._alt = None
        self._attributes(alt)
        self.out.append(f' alt="{html.escape(alt)}" />')

    def _picture(self, source: str, start: int) -> str:
        found = self.folder.picture(source)
        if isinstance(found, TextProblem):
            self._report(start, found.rule, found.message, found.hint)
            return source
        self.media[found.name] = None
        self._pictures[source] = found.name
        return found.name

    # raw HTML

    def _html(self, markup: str, start: int) -> None:
        """One inline tag, or a block of HTML with the text between its tags."""
        tags, problems = sanitize.read_tags(markup)
        self._raw = True
        for problem in problems:
            self._report(_byte(start, markup, problem.offset), problem.rule, problem.message, problem.hint)
        position, place = 0, start
        for tag in tags:
            between, source = markup[position : tag.offset], markup[tag.offset : tag.offset + tag.length]
            position = tag.offset + tag.length
            place += len(between.encode("utf-8"))
            self._gaps(between)
            self._attributes(source)
            self._tag(tag, place)
            self.out += (between, self.protected.original(source))
            place += len(source.encode("utf-8"))
        self._gaps(markup[position:])
        self.out.append(markup[position:])
        if not problems and (unread := sanitize.unread_tag(markup, tags)) >= 0:
            hint = "finish the tag, or write a literal < as &lt;"
            self._report(_byte(start, markup, unread), "forbidden-html", "this HTML is never finished", hint)

    def _tag(self, tag: sanitize.HtmlTag, place: int) -> None:
        if self._compare < 0 and (tag.attributes or tag.name not in sanitize.PHRASING):
            self._compare = place
        if tag.name not in sanitize.TAGS and tag.closing and tag.name in self._forbidden:
            return  # its opening tag has been reported
        for problem in sanitize.tag_problems(tag):
            self._report(place, problem.rule, problem.message, problem.hint)
        if tag.name == "img" and not tag.closing:
            self._picture(dict(tag.attributes).get("src", ""), place)
        if tag.name not in sanitize.TAGS:
            self._forbidden.add(tag.name)
            return
        if tag.name in sanitize.VOID:
            return
        opened = f"<{tag.name}>"
        if not tag.closing:
            if len(self._open) < MAX_OPEN:
                self._open.append((opened, place))
            else:
                self._report(place, "unbalanced-html", f"more than {MAX_OPEN} tags are open here", "close some before")
        elif opened in self._unclosed:
            self._unclosed.remove(opened)  # reported where it was opened
        else:
            self._close(opened, place)

    def _close(self, opened: str, place: int) -> None:
        """Ends a tag; what overlaps with it is one mistake, told once."""
        at = next((index for index in reversed(range(len(self._open))) if self._open[index][0] == opened), -1)
        inside = self._open[at + 1 :]
        if at < 0 or inside:
            gaps = [item for item in inside if item[0] == _GAP] if at >= 0 else []
            if gaps:
                self._left_open(*gaps[0])
                self._open.remove(gaps[0])
            else:
                names = [name for name, _ in inside if name.startswith("<")] if at >= 0 else []
                hint = f"close {names[-1]} first" if names else "remove it"
                self._report(place, "unbalanced-html", f"</{opened[1:]} closes nothing here", hint)
        if at >= 0:
            del self._open[at]

    def _sanitized(self, markup: str) -> str:
        cleaned = sanitize.clean(markup, self._pictures)
        if self._compare >= 0 and not self.problems and sanitize.outline(markup) != sanitize.outline(cleaned):
            self._report(
                self._compare,
                "unbalanced-html",
                "a browser would not keep this HTML as it is written",
                "check that every tag stands where it may, or write it in Markdown",
            )
        return cleaned

    # nesting

    def _pop(self, name: str) -> None:
        """Ends a Markdown element: what an author opened inside it must have been closed."""
        while self._open:
            opened, place = self._open.pop()
            if opened == name:
                return
            self._left_open(opened, place)

    def _left_open(self, opened: str, place: int) -> None:
        """Tells what was not closed; `place` is a byte of the parked text, for a gap the author's own offset."""
        if opened == _GAP:
            problem = TextProblem(
                place,
                "crossing-cloze",
                "this gap begins and ends in different paragraphs, cells or emphasis",
                "make several gaps with the same number, each whole",
            )
            if len(self.problems) < MAX_IN_TEXT:
                self.problems.append(problem)
        else:
            self._unclosed.append(opened)
            self._report(place, "unbalanced-html", f"{opened} is never closed here", f"add </{opened[1:]}")

    def _gaps(self, text: str) -> None:
        for match in PARKED.finditer(text):
            piece = self.protected.piece(match.group())
            if piece.role == "open" and piece.offset not in self._never_closed:
                self._open.append((_GAP, piece.offset))
            elif piece.role == "close":
                gaps = [item for item in self._open[-MAX_OPEN:] if item[0] == _GAP]
                if gaps:
                    if self._open[-1] != gaps[-1]:
                        self._left_open(*gaps[-1])
                    self._open.remove(gaps[-1])

    def _attributes(self, text: str) -> None:
        """Within a tag Anki must not put anything: a gap or a sound would tear it apart."""
        for match in PARKED.finditer(text):
            piece = self.protected.piece(match.group())
            if piece.role != "maths":
                problem = TextProblem(
                    piece.offset,
                    "crossing-cloze",
                    "a gap or sound cannot be inside a picture's description or a tag",
                    "put it around or beside the whole picture or tag",
                )
                if len(self.problems) < MAX_IN_TEXT:
                    self.problems.append(problem)
                return

    def _report(self, byte: int, rule: str, message: str, hint: str) -> None:
        if len(self.problems) >= MAX_IN_TEXT:
            return
        self._bytes = self._bytes or self.protected.text.encode("utf-8")
        index = len(self._bytes[:byte].decode("utf-8", "ignore"))
        problem = TextProblem(self.protected.offset_of(index), rule, message, hint)
        if problem not in self.problems:
            self.problems.append(problem)


def _byte(start: int, text: str, index: int) -> int:
    """The byte of a character of `text`, which begins at the byte `start`."""
    return start + len(text[:index].encode("utf-8"))


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;")
