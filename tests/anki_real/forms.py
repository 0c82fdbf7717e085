"""A deck with a note of every form and every kind of content that the authoring format has."""

from __future__ import annotations

from tests.decks import notes_yaml

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
)
