"""Two releases into the moment at which a student's acts between them are recorded."""

from __future__ import annotations

from collections.abc import Sequence

from builder.anki.verify.scenarios import When
from builder.anki.verify.snapshot import Snapshot

HOUR = 3600
TOO_CLOSE = "the two releases are not more than three hours apart"


def moment(when: When, chain: Sequence[Snapshot]) -> int | None:
    """When Anki recorded it, in seconds since 1970; None where the releases leave no room for it.

    `chain` is what the student holds and every later package, oldest first, each in a collection of its own. Packages
    are made before they are verified, so that now is too late to act: the student acts between the newest time in the
    package that they hold and the newest in the next one, which is taken for the moment of its release.
    """
    begun, following = chain[0].newest, chain[1].newest
    release = following if following > begun else begun + 24 * HOUR
    if when is When.BETWEEN:
        return begun + (release - begun) // 2
    if when is When.LATER:
        return max(release, chain[-1].newest) + HOUR
    if release - begun <= 3 * HOUR:
        return None
    return release + HOUR if when is When.AHEAD else release - 3 * HOUR
