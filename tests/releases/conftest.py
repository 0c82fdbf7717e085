"""An author for each test, in a folder that is thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.releases.author import Author

settings.register_profile("releases", deadline=None)
settings.load_profile("releases")


@pytest.fixture
def author(tmp_path: Path) -> Author:
    """An author with a deck of one note, to be written anew."""
    return Author(tmp_path / "author")
