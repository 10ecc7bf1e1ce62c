"""A pack: files with a manifest of their hashes, as one zip that is the same bytes for the same files (PURE)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

MANIFEST = "manifest.json"
# A zip holds a time for each file; the same for all, so that the same facts give the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PackFile:
    """A file of a pack, and what it is, for whoever opens it."""

    path: str
    content: bytes
    what: str


def json_file(path: str, what: str, content: Any) -> PackFile:
    """A file of readable JSON; days and instants as they are written in ISO 8601."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=_written)
    return PackFile(path, f"{text}\n".encode(), what)


def packed(files: Iterable[PackFile], about: Mapping[str, Any]) -> bytes:
    """The zip of the files, the manifest first; raises ValueError for two files of one path."""
    ordered = sorted(files, key=lambda file: file.path)
    paths = [file.path for file in ordered]
    if len(set(paths)) < len(paths) or MANIFEST in paths:
        raise ValueError("a pack has one file of each path, and its manifest is made by it")
    whole = [json_file(MANIFEST, "The files with their hashes", {**about, "files": _listed(ordered)}), *ordered]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in whole:
            archive.writestr(_entry(file.path), file.content)
    return stream.getvalue()


def _written(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _listed(files: Iterable[PackFile]) -> list[dict[str, Any]]:
    return [
        {
            "path": file.path,
            "what": file.what,
            "bytes": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for file in files
    ]


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
