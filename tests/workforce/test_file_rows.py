"""How a file of regions and people is read."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.workforce.file_rows import BadLine, Entry, UnreadableFile, csv_entries, decoded, json_entries

HEADER = "code,name,region,home_address,home_lat,home_lon"


def _rows(text: str) -> list[Entry | BadLine]:
    return list(csv_entries(text))


# ---- the text


@pytest.mark.parametrize("content", ["陈静,1\n".encode(), b"\xef\xbb\xbf" + "陈静,1\n".encode()])
def test_utf8_is_read_with_and_without_a_byte_order_mark(content: bytes) -> None:
    assert decoded(content) == "陈静,1\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\n", "the file is empty"),
        ("code,name\n1,陈静\n".encode("gb18030"), "line 2: byte 0xb3 is not UTF-8"),
        ("code,name\n".encode("utf-16"), "line 1: byte 0xff is not UTF-8"),
        (b"code\nname\x00\n", "line 2: holds a NUL"),
    ],
)
def test_a_text_that_cannot_be_read_is_named(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        decoded(content)


# ---- CSV


def test_a_row_becomes_the_body_of_the_api() -> None:
    header = (
        HEADER + ",home_datum,also_regions,skills,languages,caseload_max,active,certificate_number,"
        "certificate_issuer,certificate_valid_from_on,certificate_valid_until_on"
    )
    row = "HZ-01,陈静,330106,学院路5号,30.286,120.1275,gcj02,,a;b ; c,zh;yue,60,no,FV-1,中心,2026-01-01,2026-12-31"
    (entry,) = _rows(f"{header}\n{row}\n")
    assert isinstance(entry, Entry)
    assert (entry.line, entry.kind) == (2, "investigators")
    assert entry.body == {
        "code": "HZ-01",
        "name": "陈静",
        "region": "330106",
        "home": {"address": "学院路5号", "place": {"lat": 30.286, "lon": 120.1275, "datum": "gcj02"}},
        "skills": ["a", "b", "c"],
        "languages": ["zh", "yue"],
        "caseload_max": "60",
        "active": "no",
        "certificates": [
            {
                "kind": "field_visit",
                "number": "FV-1",
                "issuer": "中心",
                "valid_from_on": "2026-01-01",
                "valid_until_on": "2026-12-31",
            }
        ],
    }


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = f'{HEADER}\r\n\r\na,b,c,"two\r\nlines",1,2\r\n,,,,,\r\nd,e,f,g\r\nh,i,j,k,3,4\r\n'
    assert [entry.line for entry in _rows(text)] == [3, 6, 7]
    assert _rows(text)[1] == BadLine(6, "has 4 cells, but there are 6 columns")


@pytest.mark.parametrize(
    ("pointer", "columns"),
    [
        ("/code", "code"),
        ("/home/place/lat", "home_lat"),
        ("/home/place", "home_lat home_lon home_datum"),
        ("/home", "home_address home_lat home_lon home_datum"),
        ("/languages/1", "languages"),
        ("/certificates/0/valid_until_on", "certificate_valid_until_on"),
        ("/something/else", "/something/else"),
    ],
)
def test_a_fault_is_told_by_column(pointer: str, columns: str) -> None:
    (entry,) = _rows(f"{HEADER}\na,b,c,d,1,2\n")
    assert isinstance(entry, Entry)
    assert entry.place_of(pointer) == columns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER.replace(",", ";"), "line 1: the columns must be separated by commas"),
        (HEADER + ",salary", "line 1: unknown columns: salary; known are code, name"),
        (HEADER + ",", r"line 1: unknown columns: \(no name\)"),
        (HEADER + ",code", "line 1: columns that come twice: code"),
        ("code,name,region", "line 1: missing columns: home_address, home_lat, home_lon"),
        (HEADER + '\na,"b,c\n', "line 2: not valid CSV"),
        (HEADER + '\na,"b"x,c,d,1,2\n', "line 2: not valid CSV"),
    ],
)
def test_a_table_that_is_not_ours_is_refused_as_a_whole(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        _rows(text)


# ---- JSON


def test_entries_know_the_line_on_which_they_begin() -> None:
    text = '{\n "investigators": [\n  {"code": "a",\n   "name": "b"},\n\n  {"code": "c"}],\n "regions": [7]\n}\n'
    assert [(entry.line, entry.kind, entry.body) for entry in json_entries(text) if isinstance(entry, Entry)] == [
        (7, "regions", 7),
        (3, "investigators", {"code": "a", "name": "b"}),
        (6, "investigators", {"code": "c"}),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "line 1: the file must hold an object"),
        ("{", "line 1: not valid JSON"),
        ('{"regions": 5}', "line 1: 'regions' must be a list"),
        ('{\n"regions": [\n{"code": }]}', "line 3: not valid JSON: Expecting value, column 10"),
        ('{"regions": [{}\n{}]}', "line 2: a comma is missing"),
        ('{"regions": []\n"investigators": []}', "line 2: a comma is missing"),
        ('{"regions": [], \n"regions": []}', "line 2: 'regions' is no name, or comes twice"),
        ("{[1]: []}", r"line 1: \[1\] is no name"),
        ('{"regions" []}', "line 1: a colon is missing"),
        ('{"people": []}', "unknown members: people; known are regions, investigators"),
        ('{"regions": []}\n\nx', "line 3: there is more after the end"),
        ('{"regions": [' + "[" * 100_000, "line 1: cannot be read"),
    ],
)
def test_a_document_that_is_not_ours_is_refused_as_a_whole(text: str, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        list(json_entries(text))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    document=st.fixed_dictionaries(
        {}, optional={name: st.lists(values, max_size=4) for name in ("regions", "investigators")}
    ),
    indent=st.sampled_from([None, 0, 2]),
)
def test_whatever_json_writes_is_read_again(document: dict[str, Any], indent: int | None) -> None:
    entries = list(json_entries(json.dumps(document, indent=indent)))
    for kind in ("regions", "investigators"):
        read = [entry.body for entry in entries if isinstance(entry, Entry) and entry.kind == kind]
        assert read == document.get(kind, [])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    text=st.text(st.characters(exclude_characters="\x00"), max_size=60),
    prefix=st.sampled_from(["", HEADER + "\n", "{", '{"regions": [']),
)
def test_no_text_is_too_strange(text: str, prefix: str) -> None:
    for read in (csv_entries, json_entries):
        with suppress(UnreadableFile):
            assert all(entry.line >= 1 for entry in read(prefix + text))
