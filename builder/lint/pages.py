"""Rules into their documentation: a list for the terminal, a page for each, all pages as one document."""

from __future__ import annotations

from collections.abc import Iterable

from builder.lint.rule import Option, Rule

_HEAD = """\
# Rules for good cards

What `deckbuilder check` says about cards that are hard to remember, hard to judge, or hard to trust. These are
warnings: a deck with warnings builds.

This page is made from the rules themselves by `deckbuilder rules --markdown`; `deckbuilder rules NAME` prints one.

## How to settle a warning

Most often, by doing what it says: the page of the rule has an example. Where the card is right as it is, say so in
place, with the reason, in a comment in the note or right above it:

```yaml
- id: bowline-definition
  # allow absolute-claim: follows from the definition of a loop
  question: What is a bowline?
  answer: A knot that always makes a fixed loop
```

Above all notes of a file, such a comment holds for the file; in `deck.yaml` for what is said of that file itself. A
comment that has become needless is told.

For a whole deck, rules are switched off, on, or set in `deck.yaml`:

```yaml title=deck.yaml
lint:
  missing-source: off
  answer-too-long: {words: 40}
  absolute-claim: {more: [by definition, undoubtedly]}
```

For one run, `deckbuilder check --select RULE` asks only the rules that it names, `--ignore RULE` all but those.

"""


def table(rules: Iterable[Rule]) -> str:
    """A line for each rule: its name, what it finds, and whether it is off unless switched on."""
    rules = tuple(rules)
    width = max(len(rule.name) for rule in rules)
    return "\n".join(f"{rule.name:<{width}}  {rule.summary}{'' if rule.is_on else ' (off)'}" for rule in rules)


def page_of(rule: Rule) -> str:
    """The page of a rule: its docstring, and its options."""
    return f"{rule.name}\n\n{rule.page}\n{_options(rule)}".rstrip() + "\n"


def document(rules: Iterable[Rule]) -> str:
    """The pages of all rules as one Markdown document."""
    rules = tuple(rules)
    index = ["| Rule | What it finds |", "| --- | --- |"]
    index += [f"| [`{rule.name}`](#{rule.name}) | {rule.summary}{_off(rule)} |" for rule in rules]
    sections = [f"## {rule.name}\n\n*{rule.summary}*{_off(rule)}\n{_body(rule)}" for rule in rules]
    return _HEAD + "\n".join(index) + "\n\n" + "\n".join(sections).rstrip() + "\n"


def _body(rule: Rule) -> str:
    _, _, body = rule.page.partition("\n")
    options = _options(rule)
    return f"{body}\n{options}\n" if options else body


def _off(rule: Rule) -> str:
    return "" if rule.is_on else " (off unless switched on)"


def _options(rule: Rule) -> str:
    if not rule.options:
        return ""
    rows = [f"| `{name}` | {_default(option)} | {option.about} |" for name, option in rule.options.items()]
    return "\n".join(["| Option | Unless set | What it is |", "| --- | --- | --- |", *rows])


def _default(option: Option) -> str:
    if isinstance(option.default, int):
        return str(option.default)
    return ", ".join(option.default) or "none"
