"""Each time the next hint."""

import shutil

import pytest

from ..commands import ROOT, copy_course, typed


@pytest.fixture
def hint(tmp_path):
    copy_course(ROOT, tmp_path, ["rnn_cell", "bptt"])
    shutil.copy(ROOT / "grader.py", tmp_path)

    def hint(*words, command="hint"):
        return typed(command, *words, root=tmp_path, cwd=tmp_path).stdout

    hint.root = tmp_path
    return hint


def test_each_time_the_next_one_is_shown_and_after_the_last_the_first(hint):
    for level in (1, 2, 3, 1):
        shown = hint("rnn_cell")
        assert f"hint {level} of 3" in shown
        last = "That was the last one. From the first: python grader.py hint rnn_cell 1\n"
        assert shown.endswith(last if level == 3 else "python grader.py hint rnn_cell\n")
        assert ("The last one says nearly all" in shown) == (level == 2)


def test_a_number_shows_that_one_and_the_next_goes_on_from_there(hint):
    assert "hint 2 of 3" in hint("9", "2")
    assert "hint 3 of 3" in hint("9")
    assert "hint 1 of 3" in hint("9", "1")


def test_each_exercise_has_its_own_and_a_reset_begins_anew(hint):
    assert "hint 1 of" in hint("rnn_cell")
    assert "hint 1 of" in hint("bptt")
    assert "hint 2 of" in hint("rnn_cell")
    (hint.root / "exercises" / "ex09_rnn_cell.py").write_text("x = 1", "utf-8")
    hint("rnn_cell", "--yes", command="reset")
    assert "hint 1 of" in hint("rnn_cell")


@pytest.mark.parametrize("kept", [b"", b"x", b"\xff", b"99", b"-1", b"0"])
def test_what_is_remembered_may_be_damaged(hint, kept):
    (hint.root / ".minigrad").mkdir()
    (hint.root / ".minigrad" / "ex09_rnn_cell.hint").write_bytes(kept)
    assert "hint 1 of 3" in hint("rnn_cell")


def test_where_nothing_can_be_remembered_the_first_is_shown(hint):
    (hint.root / ".minigrad").write_text("no folder", "utf-8")
    assert "hint 1 of 3" in hint("rnn_cell")
