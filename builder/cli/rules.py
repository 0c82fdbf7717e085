"""`deckbuilder rules`: the rules for good cards, or the page of one."""

from __future__ import annotations

from typing import Annotated

import typer

from builder.cli.output import fail


def rules(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Explain this rule; left out: list all.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="Print all rules as one page in Markdown.")] = False,
) -> None:
    """List the rules for good cards, or explain one.

    \b
    Examples:
      deckbuilder rules
      deckbuilder rules answer-too-long
      deckbuilder rules --markdown
    """
    from builder.lint.pages import document, page_of, table
    from builder.lint.registry import RULES
    from builder.source.reader import suggestion

    if markdown:
        typer.echo(document(RULES), nl=False)
        return
    if not name:
        typer.echo(table(RULES))
        return
    found = next((rule for rule in RULES if rule.name == name), None)
    if found is None:
        names = [rule.name for rule in RULES]
        fail(f"there is no rule `{name}`; {suggestion(name, names) or '`deckbuilder rules` lists them'}", 2)
    typer.echo(page_of(found))
