"""A deck with a note of every form and every kind of content that the authoring format has."""

from __future__ import annotations

from tests.decks import DECK_YAML, notes_yaml, png
from tests.releases.author import Author

EVERY_FORM = notes_yaml(
    """\
id: basic
question: Which knot makes a *fixed* loop?
answer: The **bowline**
explanation: It is easy to untie after a load.
sources: [ashley-1944, {key: budworth-2012, at: "p. 2"}]
tags: [Loops, Loops::Fixed]
""",
    """\
id: reverse
question: Which knot joins two ropes of different thickness?
answer: Sheet bend
reverse: true
""",
    """\
id: typed
question: What does a sailor call a rope that is in use?
answer: a line
typed: true
""",
    """\
id: reverse-typed
question: What is the French for knot?
answer: le nœud
reverse: true
typed: true
""",
    """\
id: cloze
cloze: A {{c1::reef knot::which knot?}} ties a sail; {{c2::never}} trust it with a life. A {{c1::granny}} is worse.
explanation: Ashley blames it for more deaths than all other knots together.
""",
    """\
id: cloze-gap
cloze: The numbers {{c2::two}} and {{c7::seven}} are cards, those between are not.
""",
    """\
id: cloze-nested
cloze: A {{c1::bend joins {{c2::two ropes}}}} and a **{{c3::hitch}}** holds *on to* {{c4::`things`}}.
""",
    """\
id: cloze-maths
cloze: "Friction is {{c1::$T_0 e^{\\\\mu\\\\varphi}$}}, with {{c2::$\\\\frac{1}{{\\\\mu}}$::a fraction}}."
""",
    """\
id: maths
question: What is $\\sqrt{x^{2}}$, for $5 to $10?
answer: |
  It is

  $$|x|$$
""",
    """\
id: picture
question: "What is this? ![A knot](media/knot.svg)"
answer: "![The same, photographed](media/knot.png)"
""",
    """\
id: sound
question: "What was said? [sound:media/word.mp3]"
answer: A word
""",
    """\
id: cloze-media
cloze: "![A knot](media/knot.png) is called {{c1::an overhand knot}} [sound:media/word.mp3]"
""",
    """\
id: table
question: Which are strong?
answer: |
  | knot      | strength |
  |-----------|---------:|
  | bowline   |     60 % |
  | figure 8  |     80 % |

  1. Tie
  2. Dress
     - set

  > and test
""",
    """\
id: cloze-table
cloze: |
  | knot    | strength      |
  |---------|---------------|
  | bowline | {{c1::60 %}}  |
  | eight   | {{c2::80 %}}  |
""",
    """\
id: html
question: What does H<sub>2</sub>O &amp; rope give? <kbd>?</kbd>
answer: A < B & "C" > 'D' {{not a field}} 結び目 🪢
explanation: |
  ```
  {{Front}} <b>
  ```
""",
    """\
id: choices
question: Which knot is untied most easily?
answer: The **bowline**
choices:
  - {text: The overhand knot, why: It jams.}
  - The **bowline**
  - text: A [reef](https://example.org/reef) knot
    why: |
      It slips:

      1. when it is wet
      2. when it flogs
  - {text: "The `Flemish` eight", why: "It holds $2/3$."}
explanation: It was made to be untied.
sources: [ashley-1944]
tags: [Loops]
""",
    """\
id: choices-ordered
question: How many strands does a hawser have?
answer: "3"
choices: ["2", {text: "3", why: Laid right-handed.}, "4"]
ordered: true
""",
    """\
id: choices-pictures
question: "Which is the knot? [sound:media/word.mp3]"
answer: "![Twisted](media/knot.svg)"
choices: ["![Twisted](media/knot.svg)", "![Grey](media/knot.png)"]
""",
    """\
id: picture-box
question: What is in the middle?
occlusion:
  image: media/knot.svg
  alt: A circle
  masks: {c1: [1, 1, 6, 6]}
explanation: It is *round*.
sources: [ashley-1944]
tags: [Loops]
""",
)
"""Notes for a deck that is otherwise that of `tests/decks.py`."""

# The viewBox begins elsewhere, its units are half a pixel, and groups move and scale what is in them.
MAP_SVG = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-20 10 400 200" width="800" height="400">
  <rect id="land" x="-20" y="10" width="400" height="200" fill="#eee"/>
  <rect id="north" x="0" y="30" width="80" height="40"/>
  <ellipse id="lake" cx="200" cy="60" rx="40" ry="20"/>
  <circle id="island" cx="300" cy="60" r="30"/>
  <polygon id="cape" points="300,120 360,120 330,180"/>
  <g transform="translate(-20 10)">
    <g id="south" transform="scale(2)"><rect x="10" y="60" width="20" height="20"/><circle cx="60" cy="70" r="15"/></g>
  </g>
</svg>
"""
PHOTO = png(300, 200)

PICTURES = notes_yaml(
    """\
id: map
question: Which part of the *map* is hidden?
occlusion:
  image: media/map.svg
  alt: A map with a lake
  mode: hide-one
  masks:
    c1: north
    c2: [lake, cape]
    c5: south
    c7: [[300, 20, 60, 40], island]
explanation: Maps are **pictures**.
sources: [ashley-1944, {key: budworth-2012, at: p. 7}]
tags: [Maps, Maps::Old]
""",
    """\
id: map-hidden
occlusion:
  image: media/map.svg
  alt: A map with a lake, seen once more
  mode: hide-all
  masks: {c1: north, c2: lake, c3: cape}
""",
    """\
id: photo
occlusion:
  image: media/photo.png
  alt: A "photo" & <more>
  masks:
    c1: [30, 20, 60, 50]
    c2: [[150, 100, 75, 40], [0, 150, 300, 50]]
""",
)

OWN = notes_yaml(
    """\
id: word
type: word
fields:
  Word: bight
  Meaning: A *curved* part of a rope
  Hint: Not the ends
explanation: From *biegen*.
sources: [ashley-1944]
tags: [Loops]
""",
    """\
id: word-alone
type: word
fields: {Word: hitch, Meaning: A knot around a thing}
""",
    """\
id: word-one-way
type: word
fields: {Word: knot, Hint: Only to be recognised}
""",
    """\
id: proverb
type: proverb
fields: {Text: "A {{c1::chain}} is as strong as its {{c3::weakest::how strong?}} link.", Origin: English}
explanation: Ropes are like that, too.
""",
    """\
id: proverb-without-origin
type: proverb
fields: {Text: "Give him {{c2::rope}} enough."}
""",
)

STYLE = ".card { --accent: #6c31b6 }\n"
WORD_STYLE = ".word { letter-spacing: 1px }\n"
NOTE_TYPES: dict[str, str | bytes] = {
    "note_types/word/note_type.yaml": """\
name: Word
fields: [Word, Meaning, Hint, Explanation, Sources, References, Topics, Note ID]
templates:
  - {name: Recognise, front: recognise.html, back: back.html}
  - {name: Recall, front: recall.html, back: recall-back.html}
""",
    "note_types/word/recognise.html": """\
<div class="word">{{Word}}</div> {{tts en_US voices=Apple_Samantha speed=0.8:Word}}
{{#Hint}}{{hint:Hint}}{{/Hint}}
""",
    "note_types/word/back.html": """\
{{FrontSide}}<hr id="answer">{{^Meaning}}No meaning{{/Meaning}}{{Meaning}}
%explanation%
%sources%
{{Tags}} {{Deck}} {{Type}} {{Card}}
%about%
""",
    "note_types/word/recall.html": """\
{{#Meaning}}<p>{{Meaning}}</p> {{type:Word}}{{/Meaning}}
""",
    "note_types/word/recall-back.html": """\
{{Meaning}}<hr id="answer">{{type:Word}} {{tts en_US:Word}} <!-- {{nothing}} --> {{Note ID}}
""",
    "note_types/word/style.css": WORD_STYLE,
    "note_types/proverb/note_type.yaml": """\
name: Proverb
kind: cloze
fields: [Text, Origin, Explanation, Note ID]
templates:
  - {name: Gaps, front: front.html, back: back.html}
""",
    "note_types/proverb/front.html": """\
<p>{{cloze:Text}}</p> {{#c1}}<p>About a thing</p>{{/c1}} {{#Origin}}<p>{{Origin}}</p>{{/Origin}}
""",
    "note_types/proverb/back.html": """\
<p>{{cloze:Text}}</p> {{Explanation}} {{Origin}} {{Note ID}}
""",
}
DECK = DECK_YAML + "report_url: https://example.org/issues/new?title={id}&body=Version%20{version}\n"

EVERY_FILE: dict[str, str | bytes] = {
    "deck.yaml": DECK,
    "style.css": STYLE,
    "notes.yaml": EVERY_FORM,
    "own.yaml": OWN,
    "pictures.yaml": PICTURES,
    "media/map.svg": MAP_SVG,
    "media/photo.png": PHOTO,
    **NOTE_TYPES,
}
"""A whole deck of every form, pictures and own note types included."""


def write_every_form(author: Author) -> None:
    """Makes the author's deck one of every form."""
    for file, content in EVERY_FILE.items():
        author.write(file, content)
