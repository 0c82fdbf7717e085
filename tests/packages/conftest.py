"""Students for the tests with real Anki here, too."""

from tests.anki_real.conftest import new_student

__all__ = ["new_student"]
