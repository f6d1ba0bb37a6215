"""The files of a student's submission are taken or refused, alone and in plain words."""

import contextlib
import os
import socket
import struct
import tracemalloc
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.course.cohort.intake import contents, trees
from minigrad.course.cohort.intake.trees import Folder, Refused, unpacked
from minigrad.course.cohort.submissions import WHOLE

from .laid_out import CELL, COURSE, UNROLL, lay_out, taken, taken_one, zipped


@pytest.fixture(params=["folder", "zip"])
def hand_in(request, tmp_path):
    """Both ways to hand in the same files."""

    def hand_in(files):
        if request.param == "folder":
            return taken_one(tmp_path, files)
        return taken_one(tmp_path, {"work.zip": zipped(files)})

    return hand_in


def test_exercises_are_found_wherever_they_lie(hand_in):
    submission = hand_in({f"{CELL}.py": "a = 1", f"week/course/exercises/{UNROLL}.py": "b = 2", "notes.txt": "hello"})
    assert submission.sources == {CELL: "a = 1", UNROLL: "b = 2"}
    assert not submission.refused
    assert not submission.remarks


def test_of_two_the_one_in_fewer_folders_is_taken_and_it_is_said(hand_in):
    submission = hand_in({f"{CELL}.py": "new = 1", f"old/{CELL}.py": "old = 1"})
    assert submission.sources == {CELL: "new = 1"}
    [remark] = submission.remarks
    assert f"old/{CELL}.py: it lies in fewer folders." in remark
    assert remark.startswith(f"{CELL}.py is there twice.")


def test_of_two_as_deep_the_one_in_exercises_is_taken(hand_in):
    submission = hand_in({f"exercises/{CELL}.py": "new = 1", f"attempt/{CELL}.py": "old = 1"})
    assert submission.sources == {CELL: "new = 1"}
    assert "it lies in the folder exercises" in submission.remarks[0]


def test_two_that_nothing_tells_apart_are_both_named_and_neither_is_taken(hand_in):
    submission = hand_in({f"a/{CELL}.py": "new = 1", f"b/{CELL}.py": "old = 1", f"{UNROLL}.py": "c = 1"})
    assert submission.sources == {UNROLL: "c = 1"}
    assert f"a/{CELL}.py and " in submission.refused[CELL]
    assert "the two differ" in submission.refused[CELL]


def test_two_that_are_the_same_are_one(hand_in):
    submission = hand_in({f"a/{CELL}.py": "new = 1", f"b/{CELL}.py": "new = 1"})
    assert submission.sources == {CELL: "new = 1"}
    assert "they are the same" in submission.remarks[0]


def test_names_that_differ_in_capitals_alone_are_two_of_one_file(hand_in):
    submission = hand_in({f"{CELL}.py": "a = 1", f"{CELL.upper()}.PY": "b = 1"})
    assert "is there twice" in submission.refused[CELL]


def test_capitals_do_not_matter_where_there_is_one(hand_in):
    submission = hand_in({f"{CELL.upper()}.py": "a = 1"})
    assert submission.sources == {CELL: "a = 1"}
    assert f"was taken as {CELL}.py" in submission.remarks[0]


@pytest.mark.parametrize("name", [f"{CELL} (1).py", "ex9.py", "rnn-cell.py", f"{CELL}.txt", f"{CELL}.py.txt"])
def test_another_name_is_said(hand_in, name):
    submission = hand_in({name: "a = 1", f"{UNROLL}.py": "b = 1"})
    assert submission.sources == {UNROLL: "b = 1"}
    assert f"{CELL}.py is not there, but" in submission.refused[CELL]
    assert f"{name} is. Rename it to {CELL}.py." in submission.refused[CELL]


def test_a_notebook_is_said(hand_in):
    assert "Executable Script" in hand_in({f"{CELL}.ipynb": "{}", f"{UNROLL}.py": "b = 1"}).refused[CELL]


def test_a_misnamed_file_is_one_exercise_only(hand_in):
    assert set(hand_in({"lstm_cell_backward.txt": "a = 1", f"{CELL}.py": "b = 1"}).refused) == {
        "ex21_lstm_cell_backward"
    }


@pytest.mark.parametrize("end", [" (1).py", "_final.py", " - Kopie.py", "2.PY", "-1.py", " copy.py", "_v2.py"])
def test_a_copy_beside_a_file_is_said_if_it_differs(hand_in, end):
    name = CELL + end
    submission = hand_in({f"{CELL}.py": "a = 1", name: "a = 2", f"{UNROLL}.py": "b = 1"})
    assert submission.sources == {CELL: "a = 1", UNROLL: "b = 1"}
    (remark,) = submission.remarks
    assert remark.endswith(f"/{name} is not taken: {CELL}.py is there, too, and differs. Is it the right one?")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (f"{CELL} (1).py", "a = 1"),
        (f"{CELL}_backward.ipynb", "{}"),
        (f"test_{CELL}.py", "b"),
        (f"{CELL}s.py", "b"),
        *((f"{CELL}_{other}.py", "b") for other in ("test", "notes", "vocab")),
    ],
)
def test_of_other_files_beside_it_nothing_is_said(hand_in, name, text):
    assert hand_in({f"{CELL}.py": "a = 1", name: text}).remarks == []


def test_a_copy_is_found_however_many_other_files_there_are(hand_in):
    files = {f"{CELL}.py": "a = 1", **{f"a{k}.py": "" for k in range(1100)}, f"{CELL} (1).py": "a = 2"}
    (remark,) = hand_in(files).remarks
    assert "Is it the right one?" in remark


def test_only_copies_are_read_and_only_so_many(tmp_path, monkeypatch):
    read, names = contents.File.source, []
    monkeypatch.setattr(contents.File, "source", lambda file: names.append(file.name) or read(file))
    copies = {f"{CELL} ({k}).py": f"a = {k}" for k in range(11)}
    submission = taken_one(tmp_path, {f"{CELL}.py": "a = 1", "notes.py": "", **copies})
    assert submission.remarks == [f"Beside {CELL}.py there are 11 copies, which were not looked at."]
    assert set(names) == {f"{CELL}.py"}


def test_a_copy_that_cannot_be_read_is_said(hand_in):
    (remark,) = hand_in({f"{CELL}.py": "a = 1", f"{CELL} (1).py": b"\xff"}).remarks
    assert "(1).py is not a text file in UTF-8" in remark
    assert remark.endswith(f"It is a copy, and {CELL}.py is taken.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x = '\xff'", "is not a text file in UTF-8. Save it as that."),
        ("x = 1\0", "contains NUL characters"),
        (" \n", "is empty"),
        ('{"cells": []}', "is a notebook under another name"),
        ("#" * 1_000_001, "is larger than 1 MB"),
    ],
)
def test_what_is_no_source_is_refused_alone(hand_in, content, why):
    submission = hand_in({f"{CELL}.py": content, f"{UNROLL}.py": "b = 1"})
    assert submission.sources == {UNROLL: "b = 1"}
    assert why in submission.refused[CELL]


def test_a_folder_in_the_place_of_a_file_is_refused(hand_in):
    assert "is a folder" in hand_in({f"{CELL}.py/x.txt": "", f"{UNROLL}.py": "b = 1"}).refused[CELL]


def test_what_systems_and_editors_leave_is_not_looked_at(hand_in):
    junk = (".minigrad/backups", ".git", "__MACOSX", "__pycache__", ".ipynb_checkpoints", "node_modules")
    files = {f"{folder}/{CELL}.py": f"x = {i}" for i, folder in enumerate(junk)}
    submission = hand_in({**files, f"deeper/{CELL}.py": "x = 9", f"venv/{CELL}.py": "x = 8", "venv/pyvenv.cfg": ""})
    assert submission.sources == {CELL: "x = 9"}
    assert not submission.remarks


def test_a_submission_without_an_exercise_is_no_honest_zero(hand_in):
    assert "There is: essay.pdf, notes.md" in hand_in({"notes.md": "", "essay.pdf": ""}).refused[WHOLE]
    assert "such as ex09_rnn_cell.py" in hand_in({"notes.md": "", "essay.pdf": ""}).refused[WHOLE]


def test_an_empty_folder_is_no_honest_zero(tmp_path):
    assert taken_one(tmp_path, {"inner/": ""}).refused == {WHOLE: "There is no file in it."}


def test_another_archive_than_a_zip_is_said(tmp_path):
    assert "only .zip is opened" in taken_one(tmp_path, {"work.tar.gz": b"\x1f\x8b"}).refused[WHOLE]


def test_names_do_not_steer_what_shows_them(hand_in):
    said = str(hand_in({f"{CELL}\x1b[2J (1).py": "a = 1", "\u202e.py": "b = 1"}).refused)
    assert "\\x1b[2J" in said
    assert said.isprintable()


def test_a_name_in_another_encoding_is_spelled_out(tmp_path):
    lay_out(tmp_path, {f"honest/{CELL}.py": "x = 1", "smith/": ""})
    (tmp_path / "smith" / os.fsdecode(b"\xe9\xff.py")).write_text("x = 1")
    assert "\\xe9\\xff.py" in taken(tmp_path)["smith"].refused[WHOLE]


# Things that stand in the place of a file.


@pytest.fixture(params=[True, False])
def anchored(request, monkeypatch):
    """Both ways to open what lies in a folder."""
    monkeypatch.setattr(trees, "ANCHORED", request.param and trees.ANCHORED)


@pytest.mark.usefixtures("anchored")
def test_a_link_is_not_followed(tmp_path):
    lay_out(tmp_path, {"secret.py": "secret = 1"})
    lay_out(tmp_path / "in", {f"smith/{UNROLL}.py": "b = 1"})
    (tmp_path / "in" / "smith" / f"{CELL}.py").symlink_to(tmp_path / "secret.py")
    submission = taken(tmp_path / "in")["smith"]
    assert submission.sources == {UNROLL: "b = 1"}
    assert "is a link, and no file" in submission.refused[CELL]


@pytest.mark.usefixtures("anchored")
def test_a_link_to_a_folder_is_not_followed(tmp_path):
    lay_out(tmp_path, {f"other/{CELL}.py": "secret = 1", f"in/honest/{CELL}.py": "x = 1", "in/smith/": ""})
    (tmp_path / "in" / "smith" / "exercises").symlink_to(tmp_path / "other")
    (tmp_path / "in" / "jones").symlink_to(tmp_path / "other")
    (tmp_path / "in" / "smith" / "loop").symlink_to(tmp_path / "in")
    submissions = taken(tmp_path / "in")
    assert not submissions["smith"].sources
    assert not submissions["jones"].sources
    assert "There is: jones (a link)." in submissions["jones"].refused[WHOLE]


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(path)


@pytest.mark.parametrize("make", [os.mkfifo, make_socket])
def test_nothing_is_waited_for(tmp_path, monkeypatch, make):
    lay_out(tmp_path, {f"honest/{CELL}.py": "x = 1", "smith/": ""})
    monkeypatch.chdir(tmp_path / "smith")  # a socket's path must be short
    make(f"{CELL}.py")
    submission = taken(tmp_path)["smith"]
    assert "and no file" in submission.refused[CELL]


def test_a_device_is_not_read(tmp_path):
    lay_out(tmp_path, {f"honest/{CELL}.py": "x = 1", "smith/": ""})
    try:
        os.mknod(tmp_path / "smith" / f"{CELL}.py", 0o020666, os.makedev(1, 5))  # as /dev/zero
    except (PermissionError, AttributeError):
        pytest.skip("only root can make a device")
    assert "is a device, and no file" in taken(tmp_path)["smith"].refused[CELL]


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root can read everything")
def test_a_file_that_cannot_be_read_is_said(tmp_path):
    lay_out(tmp_path, {f"smith/{CELL}.py": "a = 1", f"smith/{UNROLL}.py": "b = 1"})
    (tmp_path / "smith" / f"{CELL}.py").chmod(0)
    submission = taken(tmp_path)["smith"]
    assert submission.sources == {UNROLL: "b = 1"}
    assert "cannot be read" in submission.refused[CELL]


@pytest.mark.skipif(not trees.ANCHORED, reason="this system cannot open a name in an open folder")
def test_a_file_that_becomes_a_link_after_a_look_is_not_followed(tmp_path, monkeypatch):
    lay_out(tmp_path, {"secret.py": "secret = 1", f"smith/{CELL}.py": "a = 1"})
    path = tmp_path / "smith" / f"{CELL}.py"
    look = os.stat

    def look_and_exchange(*arguments, **keywords):
        found = look(*arguments, **keywords)
        path.unlink()
        path.symlink_to(tmp_path / "secret.py")
        return found

    monkeypatch.setattr(trees.os, "stat", look_and_exchange)
    with pytest.raises(Refused, match="cannot be read"):
        Folder(tmp_path).read(("smith", path.name), 100)


@pytest.mark.skipif(not trees.ANCHORED, reason="this system cannot open a name in an open folder")
def test_a_folder_that_becomes_a_link_after_a_look_is_not_followed(tmp_path):
    lay_out(tmp_path, {f"other/{CELL}.py": "secret = 1", f"in/smith/{CELL}.py": "a = 1"})
    tree = Folder(tmp_path / "in")
    assert tree.entries(("smith",))
    (tmp_path / "in" / "smith" / f"{CELL}.py").unlink()
    (tmp_path / "in" / "smith").rmdir()
    (tmp_path / "in" / "smith").symlink_to(tmp_path / "other")
    for look in (lambda: tree.entries(("smith",)), lambda: tree.read(("smith", f"{CELL}.py"), 100)):
        with pytest.raises(Refused, match="cannot be read"):
            look()


# More than an honest person hands in.


def test_folders_within_folders_are_not_followed_to_their_end(tmp_path):
    lay_out(tmp_path, {f"honest/{CELL}.py": "x = 1", f"smith/{CELL}.py": "a = 1"})
    folder = os.open(tmp_path / "smith", os.O_RDONLY)
    for _ in range(200):
        os.mkdir("a", dir_fd=folder)
        inner = os.open("a", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(folder)
    submission = taken(tmp_path)["smith"]
    assert submission.sources == {CELL: "a = 1"}
    assert "folders within folders" in submission.remarks[0]


def test_nesting_in_a_zip_is_not_followed_either(tmp_path):
    submission = taken_one(
        tmp_path, {"a.zip": zipped({f"{CELL}.py": "a = 1", "a/" * 9 + "b.py": "", "a/" * 20_000: ""})}
    )
    assert submission.sources == {CELL: "a = 1"}
    assert "longer than a name can be" in str(submission.remarks)
    assert "folders within folders" in str(submission.remarks)


def test_too_many_files_are_refused(hand_in, monkeypatch):
    monkeypatch.setattr(contents, "MAX_ENTRIES", 20)
    submission = hand_in({f"a{i}/{j}.txt": "" for i in range(5) for j in range(5)})
    assert "more than 20 files" in submission.refused[WHOLE]


def test_a_folder_of_too_many_files_is_not_read_to_its_end(tmp_path):
    lay_out(tmp_path, {f"{i}.txt": "" for i in range(30)})
    with pytest.raises(Refused, match="more than 20 files"):
        Folder(tmp_path).entries(most=20)


def test_too_many_of_one_file_are_refused(hand_in):
    submission = hand_in({f"{i}/{CELL}.py": f"x = {i}" for i in range(20)} | {f"{UNROLL}.py": "b = 1"})
    assert "is there 20 times" in submission.refused[CELL]
    assert submission.sources == {UNROLL: "b = 1"}


# Zips.


def test_a_zip_within_a_zip_is_not_opened(tmp_path):
    inner = zipped({f"{CELL}.py": "a = 1"})
    submission = taken_one(tmp_path, {"work.zip": zipped({"inner.zip": inner, f"{UNROLL}.py": "b = 1"})})
    assert submission.sources == {UNROLL: "b = 1"}
    assert "a zip within a zip" in submission.remarks[0]


def test_only_so_many_zips_are_opened(tmp_path):
    submission = taken_one(tmp_path, {f"{i}.zip": zipped({f"{CELL}.py": "a = 1"}) for i in range(9)})
    assert submission.sources == {CELL: "a = 1"}
    assert "one zip too many" in str(submission.remarks)


@pytest.mark.parametrize("name", ["../{}", "/tmp/{}", "C:\\{}", "..\\{}", "a/../../{}", "C:{}"])
def test_a_name_that_leads_out_of_a_zip_is_refused_alone(tmp_path, name):
    data = zipped({name.format(f"{CELL}.py"): "a = 1", f"{UNROLL}.py": "b = 1"})
    submission = taken_one(tmp_path, {"work.zip": data})
    assert submission.sources == {UNROLL: "b = 1"}
    assert "leads out of its folder" in submission.remarks[0]
    assert not list(tmp_path.rglob(f"{CELL}.py"))[1:], "nothing was unpacked"


def test_a_link_in_a_zip_is_refused(tmp_path):
    link = zipfile.ZipInfo(f"{CELL}.py")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    submission = taken_one(tmp_path, {"work.zip": zipped({link: "/etc/passwd", f"{UNROLL}.py": "b = 1"})})
    assert submission.sources == {UNROLL: "b = 1"}
    assert "is a link, and no file" in submission.refused[CELL]


def test_a_file_that_is_in_a_zip_twice_is_refused(tmp_path):
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"{CELL}.py", "a = 1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(f"{CELL}.py", "b = 1")
    assert "more than once" in taken_one(tmp_path, {"work.zip": data.getvalue()}).refused[CELL]


def test_what_is_no_zip_is_said(tmp_path):
    refused = taken_one(tmp_path, {"work.zip": "no zip"}).refused[WHOLE]
    assert refused.startswith("smith/work.zip is no zip that can be read")


def test_an_empty_zip_is_no_honest_zero(tmp_path):
    assert taken_one(tmp_path, {"work.zip": zipped({})}).refused == {WHOLE: "There is no file in it."}


def test_names_in_utf_8_are_read_where_the_zip_does_not_say_that_they_are():
    data = zipped({"müller.txt": ""})
    for flags, signature in ((6, b"PK\x03\x04"), (8, b"PK\x01\x02")):
        data = patched(data, flags, "<H", 0, signature)
    assert [entry.name for entry in unpacked(data).entries()] == ["müller.txt"]


def patched(data, at, form, value, signature=b"PK\x01\x02"):
    """A zip in which a field of the first entry of its list of files says something else."""
    place = data.index(signature) + at
    return data[:place] + struct.pack(form, value) + data[place + struct.calcsize(form) :]


@pytest.mark.parametrize(
    ("at", "form", "value", "why"),
    [
        (8, "<H", 1, "is encrypted"),
        (10, "<H", 12, "is compressed in an unusual way"),
        (24, "<I", 600 << 20, "would unpack to more than 500 MB"),
        (24, "<I", 2 << 20, "is larger than 1 MB"),
        (24, "<I", 3, "is no zip that can be read"),  # it says less than it holds
        (16, "<I", 7, "is no zip that can be read"),  # another checksum
    ],
)
def test_what_a_zip_says_is_not_believed(tmp_path, at, form, value, why):
    data = patched(zipped({f"{CELL}.py": "a = 1"}), at, form, value)
    assert why in str(taken_one(tmp_path, {"work.zip": data}).refused)


@pytest.mark.exhaustive
def test_a_zip_that_unpacks_to_more_than_a_source_is_not_unpacked(tmp_path):
    assert (
        "is larger than 1 MB"
        in taken_one(tmp_path, {"work.zip": zipped({f"{CELL}.py": "\n" * (50 << 20)})}).refused[CELL]
    )


@pytest.mark.exhaustive
def test_a_zip_that_lies_about_its_size_takes_no_memory():
    archive = unpacked(patched(zipped({f"{CELL}.py": "\n" * (50 << 20)}), 24, "<I", 3))
    tracemalloc.start()
    with pytest.raises(Refused):
        archive.read((f"{CELL}.py",), 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 << 20


def test_files_that_overlap_are_refused(tmp_path):
    data = zipped({f"{CELL}.py": "a = 1", f"{UNROLL}.py": "b = 1"})
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data = data[: second + 42] + struct.pack("<I", 5) + data[second + 46 :]
    assert "has files that overlap" in taken_one(tmp_path, {"work.zip": data}).refused[WHOLE]


@pytest.mark.exhaustive
def test_a_zip_with_too_many_entries_is_refused(tmp_path):
    data = zipped({f"{i}": "" for i in range(trees.MAX_ENTRIES + 1)})
    assert "more than 10,000 files" in taken_one(tmp_path, {"work.zip": data}).refused[WHOLE]


def test_a_list_of_files_that_is_too_long_is_not_read():
    data = zipped({f"{i:0200}": "" for i in range(500)})
    with pytest.raises(Refused, match="its list of files is too long"):
        trees.Zip(BytesIO(data), most=100)


def test_a_zip_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "MAX_ZIP", 1 << 20)
    submission = taken_one(tmp_path, {"work.zip": b"PK" + bytes(2 << 20)})
    assert "work.zip is larger than 1 MB" in submission.refused[WHOLE]


@given(st.data())
def test_whatever_is_wrong_with_a_zip_is_refused_and_raises_nothing_else(data):
    sound = zipped({f"{CELL}.py": "a = 1\n" * 40, f"b/{UNROLL}.py": "b = 1"})
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[data.draw(st.integers(0, 3)) : data.draw(st.integers(len(sound) - 30, len(sound)))])
    with contextlib.suppress(Refused):
        archive = unpacked(cut)
        for entry in archive.entries():
            archive.read((entry.name,), 1000)


NAMES = st.sampled_from(
    [f"{CELL}.py", f"{UNROLL}.py", "notes.txt", "exercises", "a", f"{CELL} (1).py", f"{CELL}.ipynb"]
)


@given(st.dictionaries(st.lists(NAMES, min_size=1, max_size=4).map("/".join), st.sampled_from(["x = 1", "y = 1", ""])))
def test_a_file_that_is_there_is_taken_or_it_is_said_why_not(files):
    """Whatever is handed in: no exercise's file is passed over in silence, and what is taken was handed in."""
    archive = unpacked(zipped(files))
    looked = contents.look(archive, [contents.Piece((), "folder", "")])
    sources, refused, remarks = contents.take(looked, [exercise.stem for exercise in COURSE.exercises])
    for stem in (CELL, UNROLL):
        there = [text for name, text in files.items() if name.split("/")[-1] == f"{stem}.py"]
        if any(f"/{part}" in f"/{name}/" for name in files for part in (f"{CELL}.py/", f"{UNROLL}.py/")):
            continue  # a file that is a folder as well
        assert (stem in sources or stem in refused) == any(name.split("/")[-1].startswith(stem) for name in files), (
            stem,
            refused,
        )
        assert sources.get(stem, "x = 1") in ("x = 1", "y = 1")
        assert stem not in sources or sources[stem] in there
        if stem in sources and len(there) > 1:
            assert stem in str(remarks)
    assert sources or refused
