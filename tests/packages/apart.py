"""Reading a package in a process of its own, which notes every file it opens for writing.

The limits are guards against explosions, not benchmarks: a healthy run takes a tenth of a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 30
MEGABYTES = 400

# Reads one package from a small process: its peak is then its own, not that of pytest. It writes nothing itself.
_READER = """
import json, sys
from pathlib import Path
written = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        mode, flags = arguments[1] or "", arguments[2] or 0
        if flags & 3 or any(letter in mode for letter in "wax+"):
            written.append(str(arguments[0]))
    elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "subprocess.Popen", "os.system", "socket.connect"):
        written.append(f"{event} {arguments[0]}")
from builder.anki.read import PackageError, read_package
sys.addaudithook(watch)
path = Path(sys.argv[1])
message = ""
try:
    stored = read_package(path)
    for name in stored.media_names:
        stored.media(name)
except PackageError as error:
    assert error.path == path
    message = str(error)
json.dump([message, written], sys.stdout)
"""
_LAUNCHER = """
import json, subprocess, sys
try:
    done = subprocess.run(sys.argv[2:], capture_output=True, timeout=int(sys.argv[1]))
    code, output, errors = done.returncode, done.stdout.decode(), done.stderr.decode()
except subprocess.TimeoutExpired:
    code, output, errors = 1, "", "it was still reading"
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform != "darwin" else 1024 ** 2)
except ImportError:  # Windows
    peak = 0
json.dump([code, output, errors, peak], sys.stdout)
"""


@dataclass(frozen=True)
class Reading:
    """What reading a package gave: the error's message, '' when there was none, and its peak in megabytes."""

    message: str
    peak: int


def read_apart(path: Path) -> Reading:
    """Reads a package and all its media in a process of its own, and asserts that it left nothing anywhere."""
    temporary, here = path.parent / "temporary", path.parent / "here"
    temporary.mkdir()
    here.mkdir()
    before = sorted(path.parent.rglob("*"))
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    launched = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, str(SECONDS), sys.executable, "-c", _READER, str(path)],
        cwd=here,
        env=environment,
        capture_output=True,
        check=True,
    )
    code, output, errors, peak = json.loads(launched.stdout)
    assert code == 0, errors[-3000:]
    message, written = json.loads(output)
    assert sorted(path.parent.rglob("*")) == before
    for name in written:
        assert str(temporary) in name, written
    return Reading(message, peak)


def refused(path: Path) -> str:
    """The message with which a package is refused, after asserting that it took little memory."""
    reading = read_apart(path)
    assert reading.peak < MEGABYTES, f"{reading.peak} MB at the peak"
    assert reading.message
    return reading.message
