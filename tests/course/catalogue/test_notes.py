import pytest

from minigrad.course.catalogue import notes
from minigrad.course.usage import UsageError

HEAD = 'chapter = "1"\ntitle = "{title}"\nhints = [{hints}]\n'
TABLES = '[[mistakes]]\nsays = "No."\nreplace = [["a", "b"]]\n[[variants]]\nname = "c"\nreplace = [["a", "c"]]\n'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ex01_double.toml"


@pytest.mark.parametrize("hints", ['"Add it to itself."', '"""\n[no table]\n"""'])
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


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ("[[variant]]\n", 'has "variant", which means nothing; did you mean "variants"?'),
        ("[[mistake]]\n", 'has "mistake", which means nothing; did you mean "mistakes"?'),
        ('form = "c"\n', 'has "form" below [[variants]], which means nothing; there are name, replace.'),
        ("minutes = 20\n", 'has "minutes" below [[variants]], where it means nothing. Put it above the first line'),
        (
            '[[predictions]]\nnames = "a"\n',
            'has "names" below [[predictions]], which means nothing; did you mean "name"?',
        ),
        ('[blocks]\noff = ["b"]\n', 'has "off" below [blocks], which means nothing; did you mean "of"?'),
    ],
)
def test_what_nothing_reads_is_refused(path, more, text):
    path.write_text(HEAD.format(title="Twice", hints="") + TABLES + more, "utf-8")
    with pytest.raises(UsageError) as raised:
        notes.read(path)
    assert text in str(raised.value)
