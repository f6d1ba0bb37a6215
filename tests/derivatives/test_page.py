"""docs/operations.md says what the table holds."""

from pathlib import Path

from minigrad.derivatives.__main__ import page


def test_the_page_is_what_the_table_prints():
    written = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert written == page(), "run: python -m minigrad.derivatives > docs/operations.md"
