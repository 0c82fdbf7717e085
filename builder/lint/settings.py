"""What a deck and the command line say of the rules into the rules that run, with their options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from builder.core.diagnostics import Diagnostic, quoted
from builder.core.notes import Deck, RuleSetting
from builder.core.text import Text
from builder.lint.registry import RULES
from builder.lint.rule import Options, Rule, Value
from builder.source.files import DECK_FILE
from builder.source.reader import suggestion

MOST = 100_000  # no option that is a number is larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the command line says: only these rules (none: all that are on), and not those."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


def active_rules(deck: Deck, selection: Selection) -> tuple[tuple[Rule, Options], ...]:
    """The rules that run on a deck, in the order of their names, with the deck's options."""
    settings = {setting.name.value: setting for setting in deck.lint}
    found = []
    for rule in RULES:
        setting = settings.get(rule.name)
        is_on = setting.is_on if setting else rule.is_on
        is_wanted = rule.name in selection.only if selection.only else is_on
        if is_wanted and rule.name not in selection.without:
            found.append((rule, _options(rule, setting)))
    return tuple(found)


def _options(rule: Rule, setting: RuleSetting | None) -> Options:
    values: dict[str, Value] = {name: option.default for name, option in rule.options.items()}
    for name, texts in setting.options.items() if setting else ():
        if name in values and _problem(values[name], texts) is None:
            is_number = isinstance(values[name], int)
            values[name] = int(texts[0].value) if is_number else tuple(text.value for text in texts)
    return Options(values)


def setting_problems(deck: Deck) -> Iterator[Diagnostic]:
    """The rules and options that `deck.yaml` sets and that there are not."""
    rules = {rule.name: rule for rule in RULES}
    for setting in deck.lint:
        rule = rules.get(setting.name.value)
        if rule is None:
            yield unknown_rule(deck, setting.name)
            continue
        for name, texts in setting.options.items():
            line, column = setting.option_places[name]
            if name not in rule.options:
                hint = suggestion(name, rule.options) or _options_there_are(rule.options)
                yield _at(deck, line, column, "unknown-option", f"the rule has no option {quoted(name)}", hint)
            elif problem := _problem(rule.options[name].default, texts):
                yield _at(deck, line, column, "bad-value", f"{quoted(name)} is {problem[0]}", problem[1])


def unknown_rule(deck: Deck, name: Text) -> Diagnostic:
    """That `deck.yaml` names a rule that there is not."""
    hint = suggestion(name.value, [rule.name for rule in RULES]) or "`deckbuilder rules` lists them"
    return _at(deck, name.line, name.column, "unknown-rule", f"there is no rule {quoted(name.value)}", hint)


def _options_there_are(options: Mapping[str, object]) -> str:
    return f"its options are: {', '.join(options)}" if options else "it has none: write `on` or `off`"


def _problem(default: Value, texts: tuple[Text, ...]) -> tuple[str, str] | None:
    """What is wrong with the value of an option, and what to do."""
    if isinstance(default, int):
        value = texts[0].value if len(texts) == 1 else ""
        is_number = value.isascii() and value.isdigit() and len(value) <= 6 and int(value) <= MOST
        return None if is_number else ("not a number", f"write a whole number, such as {default}")
    return None if texts else ("not a list of words", "write `[one, another]`")


def _at(deck: Deck, line: int, column: int, rule: str, message: str, hint: str) -> Diagnostic:
    path = deck.folder / DECK_FILE
    return Diagnostic(path=path, line=line, column=column, rule=rule, message=message, hint=hint)
