"""Files are read although somebody may have put something else in their place, and their names steer nothing."""

import os

import pytest

from minigrad.course.files import NotAFile, entries, legible, read_whole, typed, write_whole
from minigrad.course.usage import UsageError

pipes_only = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")


def test_a_file_is_read_as_it_was_written(tmp_path):
    write_whole(tmp_path / "a", [b"one", b"two"])
    assert read_whole(tmp_path / "a") == b"onetwo"
    assert read_whole(tmp_path / "a", 6) == b"onetwo"
    with pytest.raises(NotAFile, match="is larger than 0 MB"):
        read_whole(tmp_path / "a", 5)
    with pytest.raises(FileNotFoundError):
        read_whole(tmp_path / "b")


def test_what_is_larger_than_anything_that_is_kept_is_not_read(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(NotAFile, match="is larger than 100 MB"):
        read_whole(tmp_path / "a")


@pipes_only
def test_what_stands_in_the_place_of_a_file_is_neither_waited_for_nor_followed(tmp_path, impatient):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for place, why in [("pipe", "is not a file"), ("link", "is a link to another file"), (".", "is not a file")]:
        with pytest.raises(NotAFile, match=why) as raised:
            read_whole(tmp_path / place)
        assert raised.value.filename == str(tmp_path / place)


@pipes_only
def test_nor_is_what_took_its_place_since_it_was_looked_at(tmp_path, impatient, monkeypatch):
    (tmp_path / "a").write_bytes(b"a")
    seen = (tmp_path / "a").lstat()
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    monkeypatch.setattr("pathlib.Path.lstat", lambda path: seen)
    with pytest.raises(NotAFile, match="is not a file"):
        read_whole(tmp_path / "a")


def test_of_a_folder_that_cannot_be_looked_into_nothing_is_known(tmp_path):
    for name in "cab":
        (tmp_path / name).touch()
    assert entries(tmp_path) == [tmp_path / name for name in "abc"]
    assert entries(tmp_path / "a") == entries(tmp_path / "d") == []


def test_what_cannot_be_written_is_told_with_its_name(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(UsageError, match=r"cannot write .*\\nb: Not a directory\.$"):
        write_whole(tmp_path / "a" / "\nb", b"")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("my work", "my work"),
        ("tränen 日本", "tränen 日本"),
        ("a\n::error::b", r"a\n::error::b"),
        ("\x1b[2J\t\x7f", r"\x1b[2J\t\x7f"),
        ("a\u202eb\u2028", r"a\u202eb\u2028"),
        (os.fsdecode(b"\xe9") if os.name != "nt" else "é", r"\xe9" if os.name != "nt" else "é"),
        ("\ud800", r"\ud800"),
    ],
    ids=range(7),  # which are printed
)
def test_a_name_is_one_line_that_steers_nothing(name, shown):
    assert legible(name) == shown
    assert legible(shown) == shown


def test_a_name_in_a_command_is_a_single_word_of_it():
    assert typed("my work") == "'my work'"
    assert typed("it's") == """'it'"'"'s'"""
    assert typed("/a/b-1.py") == "/a/b-1.py"
