"""English is prose and nothing else; a file that cannot be read is told what is wrong with it."""

import re
import sys
from pathlib import Path

import pytest

from minigrad.data.text import english, read

ENGLISH = english()


def test_english_is_long_enough_to_learn_from_and_is_always_the_same():
    assert len(ENGLISH) > 100_000
    assert english() == ENGLISH


def test_english_has_few_different_letters():
    assert 50 < len({*ENGLISH}) < 85
    assert ENGLISH.isascii()


def test_every_line_of_english_is_a_paragraph_of_prose():
    lines = ENGLISH.splitlines()
    assert len(lines) == len({*lines}) > 500
    for line in lines:
        assert re.match(r"[A-Z]", line)
        assert line.endswith(".")
        assert "  " not in line


def test_the_commonest_words_are_those_of_english():
    words = re.findall(r"[a-z]+", ENGLISH.lower())
    assert all(words.count(word) > len(words) / 100 for word in ("the", "of", "a", "is", "to"))


def test_a_python_without_it_is_told_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "pydoc_data.topics", None)
    with pytest.raises(ModuleNotFoundError, match=r"text\.english: expected pydoc_data\.topics, .* Take another text"):
        english()


@pytest.mark.parametrize("written", ["Käse\nund Brot\n", "\ufeffKäse\nund Brot\n", "Käse\r\nund Brot\r\n"])
def test_a_file_is_read_as_text_with_plain_line_ends(tmp_path, written):
    (tmp_path / "mine.txt").write_bytes(written.encode())
    assert read(tmp_path / "mine.txt") == read(str(tmp_path / "mine.txt")) == "Käse\nund Brot\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"text\.read: expected a text, got .*mine\.txt, which is empty"),
        (b" \n\n", r"text\.read: expected a text, got .*mine\.txt, which is empty"),
        (
            "ein\nKäse".encode("latin-1"),
            r"text\.read: expected text in UTF-8, got the byte 0xe4 in line 2 of .*mine\.txt",
        ),
        (
            "zwei".encode("utf-16"),
            r"text\.read: expected text in UTF-8, got the byte 0xff in line 1 of .* save it as UTF-8",
        ),
    ],
)
def test_what_is_no_text_is_told_so(tmp_path, content, message):
    (tmp_path / "mine.txt").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read(tmp_path / "mine.txt")


def test_a_file_that_is_not_there_is_told_where_it_was_looked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"text\.read: expected a file, got none\.txt") as caught:
        read("none.txt")
    assert str(Path(tmp_path, "none.txt")) in str(caught.value)


def test_a_folder_is_told_to_be_one(tmp_path):
    with pytest.raises(IsADirectoryError, match=r"text\.read: expected a file, got the folder"):
        read(tmp_path)
