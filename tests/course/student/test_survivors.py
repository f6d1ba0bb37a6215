"""Files that a student process wrote are removed, and no longer than some seconds are spent on that."""

import os
import stat
import sys
import time

import pytest

from minigrad.course.student import survivors
from minigrad.course.student.survivors import emptied, remove_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders are not opened there")


def nest(folder, depth):
    """Folders in folders, with a file in each."""
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=inside)
        os.close(os.open("file", os.O_CREAT, dir_fd=inside))
        outside, inside = inside, os.open("d", os.O_RDONLY, dir_fd=inside)
        os.close(outside)
    os.close(inside)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


@pytest.mark.exhaustive
@pytest.mark.parametrize(("depth", "files"), [(500, 0), (0, 1000)])
def test_what_takes_too_long_is_left_where_it_is(folder, monkeypatch, depth, files):
    nest(folder, depth)
    for n in range(files):
        (folder / str(n)).touch()
    monkeypatch.setattr(survivors, "REMOVE_SECONDS", 0.001)
    started = time.monotonic()
    remove_folder(str(folder))
    assert time.monotonic() - started < 5.0  # where it takes as long as it needs, this is a matter of luck
    (left,) = folder.parent.iterdir()
    monkeypatch.undo()
    remove_folder(str(left))
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize("mode", [0o700, 0o000, 0o1751, 0o4777])
def test_an_emptied_folder_tells_nothing_of_who_had_it(folder, mode):
    (folder / "note").write_text("from one to another")
    folder.chmod(mode)
    assert survivors.emptied(str(folder))
    about = folder.stat()
    assert (stat.S_IMODE(about.st_mode), about.st_mtime) == (0o1777, 0)


def test_what_a_link_leads_to_is_not_emptied(folder, tmp_path):
    others = tmp_path / "others"
    (others / "inside").mkdir(parents=True)
    (others / "file").write_text("theirs", "utf-8")
    link = tmp_path / "link"
    link.symlink_to(others)
    assert not emptied(str(link))
    remove_folder(str(link))
    assert not os.path.lexists(link)
    assert sorted(path.name for path in others.iterdir()) == ["file", "inside"]
