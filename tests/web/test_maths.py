"""Formulas on the preview's cards: what is drawn, what is left alone, and that a formula is nothing more."""

from __future__ import annotations

import re

import pytest

from builder.web.maths import with_maths


def drawn(formula: str) -> str:
    """What is drawn for the HTML of a formula, without the element around it."""
    found = re.fullmatch(r"<math [^>]*><mrow>(.*)</mrow></math>", with_maths(rf"\({formula}\)"))
    assert found, formula
    return found[1]


def test_formulas_are_mathml() -> None:
    """In the line, and on a line of its own."""
    assert drawn("x^2") == "<msup><mi>x</mi><mn>2</mn></msup>"
    assert drawn(r"\alpha &lt; b") == "<mi>α</mi><mo>&lt;</mo><mi>b</mi>"
    assert 'display="block"' in with_maths(r"\[x\]")


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{&lt;meta/http-equiv=refresh/content=0;url=/state&gt;}",
        r"\text{&lt;/math&gt;&lt;style&gt;*{display:none}&lt;/style&gt;}",
        r"\text{&lt;a/href=https://example.org&gt;here&lt;/a&gt;}",
        r"\text{&amp;lt;form&amp;gt;}",
        r"\mbox{&lt;b&gt;}",
        r"\operatorname{&lt;b&gt;}",
        r"\color{&quot;&gt;&lt;b&gt;}{x}",
    ],
)
def test_a_formula_brings_no_tags(formula: str) -> None:
    """Signs that HTML would take for a tag stay signs, as they were in the field."""
    assert re.findall(r"</?(?!m)\w+", drawn(formula)) == []


def test_a_formula_has_no_links_and_no_styling() -> None:
    """Neither `href` nor `style` nor `class`, with which it could cover the card."""
    assert drawn(r"\href{javascript:alert(1)}{x} \style{position:fixed}{y} \class{db-card}{z}").count("=") == 0


@pytest.mark.parametrize(
    "formula",
    [
        r"\left(",
        r"\newcommand{\a}[1]{{#1}{#1}}\newcommand{\b}[1]{{\a{#1}}{\a{#1}}}\b{x}",
        r"\def\a{{\a}{\a}}\a",
        "{" * 5_000 + "}" * 5_000,
        "",
    ],
    ids=["open", "twice and twice again", "in itself", "deep", "empty"],
)
def test_a_formula_that_cannot_be_drawn_is_shown(formula: str) -> None:
    """As it is written; one that defines commands too, since these could grow without end."""
    assert with_maths(rf"a \({formula}\) b") == rf"a \({formula}\) b"


@pytest.mark.parametrize(
    "markup",
    [
        r"<code>\(x\)</code>",
        r"<pre>a <code>b</code> \(x\)</pre>",
        r'<img alt="\(x\) &gt; 0">',
        r'<img alt="a > \(x\)">',
        r"<!-- what's \(x\) -->",
        r"\(x",
        r"\(a <b>b</b>\)",
    ],
)
def test_what_is_no_formula_is_left_alone(markup: str) -> None:
    """Nor does MathJax draw in code, in attributes, and across tags."""
    assert with_maths(markup) == markup
    assert with_maths(rf"{markup} \[y\]").startswith(markup + " <math ")


def test_openings_that_are_never_closed() -> None:
    """Each is looked for once, or a field of them would take minutes."""
    markup = r"\(x \[y " * 50_000
    assert with_maths(markup) == markup


def test_comments_that_are_never_closed() -> None:
    """Nor is each of them looked for to the end; tags behind the last comment are found."""
    markup = "<!-- a --> " + r"\(x\) <!-- " * 20_000
    shown = with_maths(markup + "<code>\\(y\\)</code>")
    assert shown.count("<math ") == 20_000
    assert shown.endswith("<code>\\(y\\)</code>")
