"""A package or a manifest into what the manifest beside it says: counts, a checksum, other editions, the ledger."""

from __future__ import annotations

from pathlib import Path

from builder.core.checksum import sha256_of
from builder.core.package import EVERYTHING, PackageFile
from builder.manifest import NO_MANIFEST, Manifest, read_manifest

_MANIFESTS = "*.manifest.json"


class ManifestError(Exception):
    """A manifest that names no package; the message is one clause about it."""


def listed(package: Path) -> PackageFile | None:
    """What a manifest in the folder of `package` says of it; None if there is none that names it."""
    return next((one for one in manifest_of(package).packages if one.path.name == package.name), None)


def other_editions(package: Path) -> tuple[PackageFile, ...]:
    """The other packages of the same release that are there."""
    return tuple(one for one in manifest_of(package).packages if one.path.name != package.name and one.path.is_file())


def package_of(path: Path) -> Path:
    """`path`, or if it is a manifest the package with everything that it lists; raises `ManifestError`."""
    if path.suffix != ".json":
        return path
    manifest, problems = read_manifest(path)
    if problems:
        raise ManifestError(f"{path.as_posix()}: {problems[0].message}")
    for one in manifest.packages:
        if one.edition == EVERYTHING:
            if one.path.is_file() and sha256_of(one.path) != one.sha256:
                raise ManifestError(f"{one.path.as_posix()} is not the package that {path.name} lists")
            return one.path
    raise ManifestError(f"{path.as_posix()} lists no package with everything; name the package itself")


def manifest_of(package: Path) -> Manifest:
    """The manifest in the folder of `package` that lists it; one that says nothing if there is none."""
    for path in sorted(package.parent.glob(_MANIFESTS)):
        manifest, _ = read_manifest(path)
        if any(one.path.name == package.name for one in manifest.packages):
            return manifest
    return NO_MANIFEST
