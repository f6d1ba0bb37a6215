import pytest

from minigrad.course.catalogue import notes
from minigrad.course.usage import UsageError

HEAD = 'chapter = "1"\ntitle = "{title}"\nhints = [{hints}]\n'
TABLES = '[[mistakes]]\nsays = "No."\nreplace = [["a", "b"]]\n[[variants]]\nname = "c"\nreplace = [["a", "c"]]\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ex01_double.toml"


@pytest.mark.parametrize("hints", ['"Add it to itself."', '"""\n[no table]\n"""', '"One."]\nodd = [\n[1, 2]\n'])
def test_the_head_of_notes_says_what_the_whole_says(path, hints):
    path.write_text(HEAD.format(title="Twice", hints=hints) + TABLES, "utf-8")
    assert {**notes.read(path), **notes.read_head(path)} == notes.read(path)


def test_what_stands_below_the_head_is_not_looked_at(path):
    path.write_text(HEAD.format(title="Twice", hints="") + "[[mistakes]]\nsays = no text\n", "utf-8")
    assert notes.read_head(path)["title"] == "Twice"
    with pytest.raises(UsageError, match="no TOML"):
        notes.read(path)


@pytest.mark.parametrize("text", ["", HEAD.format(title=" ", hints=""), "title = ", "\xff"])
def test_a_head_without_title_or_chapter_is_refused_as_the_whole_is(path, text):
    path.write_bytes(text.encode("latin-1"))
    errors = []
    for read in (notes.read, notes.read_head):
        with pytest.raises(UsageError) as raised:
            read(path)
        errors.append(str(raised.value))
    assert errors[0] == errors[1]
