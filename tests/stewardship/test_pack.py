"""A pack proves its files by their hashes, and is the same bytes for the same files."""

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.stewardship.pack import PackFile, json_file, packed

ABOUT = {"case_id": "a case"}
NAMES = st.text("abc/", min_size=1, max_size=6).filter(lambda name: name.strip("/") == name)


def opened(pack: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(pack))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=6))
def test_every_file_is_listed_with_its_hash(contents: dict[str, bytes]) -> None:
    files = [PackFile(path, content, "something") for path, content in contents.items()]
    archive = opened(packed(files, ABOUT))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["case_id"] == "a case"
    assert [entry["path"] for entry in manifest["files"]] == sorted(contents)
    assert archive.namelist() == ["manifest.json", *sorted(contents)]
    for entry in manifest["files"]:
        content = archive.read(entry["path"])
        assert content == contents[entry["path"]]
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert packed(reversed(files), ABOUT) == packed(files, ABOUT)


def test_two_files_of_one_path_are_refused() -> None:
    file = PackFile("a.json", b"", "a")
    for files in ([file, file], [PackFile("manifest.json", b"", "mine")]):
        with pytest.raises(ValueError, match="one file of each path"):
            packed(files, ABOUT)


def test_json_is_readable_in_any_script() -> None:
    assert json_file("a.json", "a", {"b": "王小明", "a": 1}).content.decode() == '{\n  "a": 1,\n  "b": "王小明"\n}\n'
