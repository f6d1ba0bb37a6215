"""A link between files of the repository is a link between pages of the book."""

import mirror
import pytest


@pytest.fixture
def repository(tmp_path):
    for place, text in {
        "README.md": "[a](docs/a.md#b) [code](tool.py) [out](https://a.org/x.py) [none](gone.py) ![p](docs/p.svg)",
        "docs/a.md": "[up](../README.md) [folder](../lib) [licence](LICENSE) [chapter](../exercises/ex00_one.py)",
        "exercises/README.md": "[one](ex00_one.py)",
        "exercises/ex00_one.py": "x = 1",
        "docs/LICENSE": "You may.",
        "docs/p.svg": "<svg/>",
        "tool.py": "print('````')",
        "lib/one.py": '"""The one."""',
    }.items():
        file = tmp_path / place
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_pages_stay_where_they_are_and_files_that_they_link_to_become_pages(repository):
    assert set(mirror.pages(repository)) == {
        *("README.md", "docs/a.md", "exercises/README.md"),
        *("tool.md", "docs/LICENSE.md", "lib/index.md", "lib/one.md"),
    }


def test_links_lead_to_the_pages(repository):
    pages = mirror.pages(repository)
    assert "[a](docs/a.md#b) [code](tool.md) [out](https://a.org/x.py) [none](gone.py)" in pages["README.md"]
    assert pages["docs/a.md"] == (
        "[up](../README.md) [folder](../lib/index.md) [licence](LICENSE.md) [chapter](../exercises/ex00_one.md)"
    )


def test_a_folder_lists_its_files_with_what_they_say(repository):
    assert "- [`one.py`](one.md): The one." in mirror.pages(repository)["lib/index.md"]


def test_code_is_shown_as_it_is(repository):
    page = mirror.pages(repository)["tool.md"]
    assert "python\nprint('````')\n" in page


def test_the_search_leaves_code_out(repository):
    pages = mirror.pages(repository)
    assert {place for place, page in pages.items() if "exclude: true" in page} == {
        "tool.md",
        "lib/one.md",
        "docs/LICENSE.md",
    }


def test_pictures_come_along(repository):
    assert mirror.pictures(repository, mirror.pages(repository)) == ["docs/p.svg"]
