"""The deck's page in Anki: what the description becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builder.build import describe
from tests.test_note_types import DECK


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Knots for\nsailors.\n\n**Free** for\n*everybody*.", "Knots for sailors.\n\n**Free** for *everybody*."),
        ("Knots:\n- bends\n- hitches\n1. first", "Knots:\n- bends\n- hitches\n1. first"),
        ("One line,  \nand another\\\nand a third", "One line,  \nand another\\\nand a third"),
        ("# Knots\nare old\n\n> said\nshe", "# Knots\nare old\n\n> said\nshe"),
        ("```\na\nb\n\nc\nd\n```", "```\na\nb\n\nc\nd\n```"),
    ],
)
def test_lines_are_joined_as_in_markdown(written: str, shown: str) -> None:
    """Anki breaks the text where the author's editor wrapped it; Markdown does not."""
    assert describe(replace(DECK, description=written), "") == shown


def test_version_and_licence_stand_below() -> None:
    """Whoever opens the deck sees what it is and what they may do with it."""
    assert describe(replace(DECK, description="Knots.", license="CC-BY-4.0"), "2") == "Knots.\n\nVersion 2 · CC-BY-4.0"
