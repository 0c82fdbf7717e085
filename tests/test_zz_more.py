from tests.test_never_crashes import _MARKDOWN
from hypothesis import given, settings, HealthCheck
from builder.render.markdown import render_field
from builder.render.media import MediaFolder
from builder.render import sanitize
from tests.decks import write_deck
import pytest
@pytest.fixture(scope="module")
def media(tmp_path_factory):
    return MediaFolder(write_deck(tmp_path_factory.mktemp("deck") / "knots"))
@given(text=_MARKDOWN.map(lambda t: t.replace("\\`", "q").replace("<!", "q")))
@settings(max_examples=40000, deadline=None)
def test_more(media, text):
    for cloze in (False, True):
        f = render_field(text, media, cloze=cloze)
        if not f.problems:
            assert sanitize.outline(f.html) == sanitize.outline(sanitize.clean(f.html, {})), f.html
