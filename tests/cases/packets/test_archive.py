"""The archive holds the originals and proves itself."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.rules import problems_of
from core.documents import read_document
from tests.cases.packets.cast import archive_of, built

pytestmark = pytest.mark.django_db


def test_the_archive_holds_the_originals_and_proves_itself(tmp_path: Path) -> None:
    packet = built()
    with archive_of(packet) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        archive.extract("verify.py", tmp_path)
    assert any(name.startswith("originals/contracts/") for name in names)
    assert {f["name"] for f in manifest["files"]} == names - {"manifest.json"}
    file = tmp_path / "packet.zip"
    assert packet.zip is not None
    file.write_bytes(read_document(packet.zip))
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify.py"), str(file), packet.manifest_sha256],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    call_command("verify_packet", str(file), manifest=packet.manifest_sha256)


def rewritten(source: Path, target: Path, change: str) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        names = [n for n in old.namelist() if not (change == "drop" and n == "packet.pdf")]
        for name in names:
            data = old.read(name)
            if change == "edit" and name == "packet.pdf":
                data = data[:-1] + b"x"
            if change == "manifest" and name == "manifest.json":
                data = data.replace(b'"as_of_on"', b'"as_of_0n"')
            new.writestr(name, data)
        if change == "add":
            new.writestr("extra.txt", "slipped in")


@pytest.mark.parametrize("change", ["edit", "drop", "add", "manifest"])
def test_any_change_to_the_archive_is_found(tmp_path: Path, change: str) -> None:
    packet = built()
    assert packet.zip is not None
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    whole.write_bytes(read_document(packet.zip))
    rewritten(whole, altered, change)
    assert problems_of(str(whole), packet.manifest_sha256) == []
    assert problems_of(str(altered), packet.manifest_sha256)
    with pytest.raises(CommandError):
        call_command("verify_packet", str(altered), manifest=packet.manifest_sha256)
    altered.write_bytes(b"not a zip")
    assert problems_of(str(altered))
