"""Two dozen notes about knots, of every form and kind of content, for the preview's page to show."""

from __future__ import annotations

from tests.web.fake import FakeNote, problem


def _masks(asked: int, side: str) -> str:
    shapes = {
        1: 'data-shape="rect" data-left="0.1000" data-top="0.1000" data-width="0.2000" data-height="0.2000"',
        2: 'data-shape="ellipse" data-left="0.4000" data-top="0.4000" data-rx="0.1000" data-ry="0.1500"',
        3: 'data-shape="polygon" data-points="0.7000,0.7000 0.9000,0.7000 0.8000,0.9000"',
    }
    active = "cloze" if side == "front" else "cloze-highlight"
    clozes = "".join(
        f'<div class="{active if number == asked else "cloze-inactive"}" data-ordinal="{number}" {shape}'
        ' data-occludeinactive="1"></div>'
        for number, shape in shapes.items()
    )
    button = '<button id="toggle" class="db-button">Masks</button>' if side == "back" else ""
    return (
        f'<div class="db-prompt">Name the masked part</div><div hidden>{clozes}</div>'
        '<div id="image-occlusion-container"><img src="/media/map.svg" alt="A map">'
        f'<canvas id="image-occlusion-canvas"></canvas></div>{button}'
    )


def _choices(*, answered: bool) -> str:
    options = [("Bowline", ""), ("Sheet bend", "joins two ropes"), ("Clove hitch", "holds on to a post")]
    items = "".join(
        f'<li{" class=db-right" if answered and not why else ""}><div class="db-option">{name}</div>'
        f"{f'<div class=db-reason>{why}</div>' if answered and why else ''}</li>"
        for name, why in options
    )
    return f'<div class="db-choices"><ol class="db-options{" db-answered" if answered else ""}">{items}</ol></div>'


def _gap(asked: int, side: str) -> str:
    words = {1: "reef knot", 2: "never", 4: "granny"}
    gap = {
        number: f'<span class="cloze">{"[...]" if side == "front" else word}</span>' for number, word in words.items()
    }
    shown = {number: gap[number] if number == asked else word for number, word in words.items()}
    return f'<div class="db-prompt db-text">A {shown[1]} is {shown[2]} a bend; a {shown[4]} is worse.</div>'


_FOLD = '<details class="db-fold db-explanation"><summary>Why</summary><div class="db-folded">{}</div></details>'
_LONG = "".join(f"<p>Line {number} of a long explanation that has to be scrolled.</p>" for number in range(60))
_HINT = (
    '<a class=hint href="#" onclick="this.style.display=\'none\';return false;" draggable=false>Hint</a>'
    '<div id="hint1" class=hint style="display: none">It has a loop</div>'
)
_SOUND = '<a class="replay-button soundLink" href="#" data-sound="/media/a.wav">play</a>'
_SPEECH = '<a class="replay-button soundLink" href="#" data-speech="Palstek" data-lang="de_DE">say</a>'
_ASK = '<div class="db-prompt">{}</div>'


def knots() -> list[FakeNote]:
    """Two dozen notes: one of each form and kind of content, then plain ones."""
    typed = _ASK.format("What does a sailor call a rope in use?") + '<div class="db-typed">[[type]]</div>'
    asked = _ASK.format("Which knot makes a fixed loop?")
    links = 'See <a id="web" href="https://example.org/knots">Ashley</a> or <a id="part" href="#answer">below</a>.'
    arabic = "ما اسم العقدة التي تصنع حلقة ثابتة؟"
    long = _ASK.format("Why does a bowline hold?")
    knot, loops, ends = "decks/knots/01-loops.yaml", "decks/knots/02-bends.yaml", "decks/knots/03-ends.yaml"
    notes = [
        FakeNote(
            id="fixed-loop",
            title="Which knot makes a fixed loop?",
            subdeck="Loops",
            tags=("Loops::Fixed",),
            sides={1: (asked, asked + '<hr id="answer"><div class="db-answer">Bowline</div>')},
        ),
        FakeNote(
            id="two-ropes",
            form="reversed",
            title="Which knot joins two ropes?",
            subdeck="Loops",
            tags=("Bends", "Core"),
            cards=(("Question", 1), ("Reversed", 2)),
            sides={1: ("joins two ropes?", "Sheet bend"), 2: ("Sheet bend", "joins two ropes")},
            line=12,
        ),
        FakeNote(
            id="a-line",
            form="typed",
            title="What does a sailor call a rope in use?",
            text="a line",
            subdeck="Loops",
            audience="student",
            sides={1: (typed, typed)},
        ),
        FakeNote(
            id="pick-loop",
            form="choices",
            title="Pick the knot that makes a fixed loop",
            text="Bowline Sheet bend Clove hitch",
            subdeck="Loops",
            sides={1: (asked + _choices(answered=False), asked + _choices(answered=True))},
        ),
        FakeNote(
            id="reef",
            form="cloze",
            title="A reef knot is never a bend; a granny is worse.",
            subdeck="Bends",
            tags=("Bends::Bad",),
            path=loops,
            cards=(("c1", 1), ("c2", 2), ("c4", 4)),
            sides={number: (_gap(number, "front"), _gap(number, "back")) for number in (1, 2, 4)},
            problems=(problem("note names no source", path=loops),),
        ),
        FakeNote(
            id="map",
            form="picture",
            title="A map of the knot",
            subdeck="Bends",
            path=loops,
            cards=(("c1", 1), ("c2", 2), ("c3", 3)),
            sides={number: (_masks(number, "front"), _masks(number, "back")) for number in (1, 2, 3)},
        ),
        FakeNote(
            id="palstek",
            form="own",
            type="word",
            title="der Palstek",
            subdeck="Bends::Words",
            audience="clinician",
            path=loops,
            cards=(("Word", 1),),
            sides={1: (f"der Palstek {_HINT} {_SOUND} {_SPEECH}", f"bowline {links}<hr id=answer>")},
        ),
        FakeNote(
            id="long",
            title="Why does a bowline hold?",
            text="friction",
            subdeck="Ends",
            path=ends,
            sides={1: (long, long + '<hr id="answer">Friction' + _FOLD.format(_LONG) + _LONG)},
        ),
        FakeNote(id="arabic", title=arabic, subdeck="Ends", path=ends),
        FakeNote(
            id="accents",
            title="Comment dit-on « nœud » à l’école ? Élève",
            subdeck="Ends",
            path=ends,
            problems=(problem("answer is empty", "error", rule="missing-answer", hint="write what the back tells"),),
            stale=True,
        ),
    ]
    notes += [
        FakeNote(
            id=f"plain-{number:02}",
            title=f"What is knot number {number} of Ashley's book, and where would a sailor have tied it?",
            subdeck="Ends",
            path=knot if number % 2 else ends,
            line=10 * number,
            tags=("Core",) if number % 5 == 0 else (),
            retired=number == 7,
        )
        for number in range(1, 15)
    ]
    return notes
