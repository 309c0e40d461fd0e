"""Check an evidence packet: every file against the manifest, and nothing beside it.

Standard library only: this very file lies in each packet as `verify.py`, so that a court clerk
can check it with nothing but Python: `python3 verify.py packet.zip`.
"""

import hashlib
import json
import sys
import zipfile

MANIFEST = "manifest.json"
FORMAT = "dunwell-packet-1"
CHUNK = 1024 * 1024


def file_hash(archive: zipfile.ZipFile, name: str) -> tuple[str, int]:
    """SHA-256 and size of one file of the archive."""
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def problems_of(path: str, expected_manifest: str = "") -> list[str]:
    """Everything that is wrong with a packet; an empty list when it is whole.

    `expected_manifest` is the SHA-256 of the manifest as it was noted when the packet was made:
    without it a packet that was replaced as a whole cannot be told from the true one.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _problems(archive, expected_manifest)
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        return [f"the archive cannot be read: {error}"]


def _problems(archive: zipfile.ZipFile, expected_manifest: str) -> list[str]:
    names = archive.namelist()
    found = [f"{name}: stands in the archive twice" for name in sorted(_twice(names))]
    if MANIFEST not in names:
        return [*found, f"{MANIFEST} is missing"]
    raw = archive.read(MANIFEST)
    if expected_manifest and hashlib.sha256(raw).hexdigest() != expected_manifest.lower():
        found.append(f"{MANIFEST} is not the one that was noted when the packet was made")
    try:
        manifest = json.loads(raw)
        listed = {str(f["name"]): (str(f["sha256"]), int(f["size"])) for f in manifest["files"]}
    except (ValueError, KeyError, TypeError):
        return [*found, f"{MANIFEST} cannot be read"]
    if manifest.get("format") != FORMAT:
        found.append(f"{MANIFEST} is of another format")
    extra = sorted(set(names) - set(listed) - {MANIFEST})
    found += [f"{name}: is not in the manifest" for name in extra]
    for name, (sha256, size) in sorted(listed.items()):
        found += _file_problems(archive, name, sha256, size)
    return found


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _file_problems(archive: zipfile.ZipFile, name: str, sha256: str, size: int) -> list[str]:
    try:
        actual, length = file_hash(archive, name)
    except KeyError:
        return [f"{name}: is missing"]
    except (zipfile.BadZipFile, EOFError, OSError):
        return [f"{name}: is damaged"]
    if (actual, length) != (sha256, size):
        return [f"{name}: was altered (SHA-256 {actual}, expected {sha256})"]
    return []


def main() -> int:
    """`verify.py packet.zip [SHA-256 of the manifest]`: 0 when whole, 1 when not."""
    if len(sys.argv) not in {2, 3}:
        sys.stdout.write("usage: python3 verify.py packet.zip [manifest-sha256]\n")
        return 2
    archive, *noted = sys.argv[1:]
    problems = problems_of(archive, noted[0] if noted else "")
    for problem in problems:
        sys.stdout.write(f"FAIL {problem}\n")
    if not problems:
        sys.stdout.write("OK: every file is as the manifest lists it.\n")
        if not noted:
            sys.stdout.write("Give the noted SHA-256 of the manifest to prove the manifest too.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
