"""Additions to Markdown and the theme, for readers who have the keyboard alone, hear a page, or have it on paper."""

from __future__ import annotations

import re

BOX = '<div class="wide" tabindex="0">'
SHORT = 20  # lines
SEARCH = 'data-md-component="search" role="dialog"'


def content(html: str) -> str:
    """The content of a page: code and tables can be scrolled with the keyboard, and no head of a column is empty."""
    html = re.sub(r"<pre(?=(.*?)</pre>)", _code, html, flags=re.DOTALL)
    html = re.sub(r"<table>(.*?</table>)", rf'{BOX}<table class="plain">\1</div>', html, flags=re.DOTALL)
    return re.sub(r"<th( [^>]*)?></th>", r"<td\1></td>", html)


def _code(found: re.Match[str]) -> str:
    """The beginning of some code. What is short is not torn at the end of a page of paper."""
    return '<pre tabindex="0"' + " data-short" * (found[1].count("\n") <= SHORT)


def page(html: str) -> str:
    """A whole page: its search has a name."""
    return html.replace(SEARCH, f'{SEARCH} aria-label="Search"')
