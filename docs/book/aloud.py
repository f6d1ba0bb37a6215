"""What Markdown and the theme leave out for readers who have the keyboard alone, or hear a page."""

from __future__ import annotations

import re

BOX = '<div class="wide" tabindex="0">'
SEARCH = 'data-md-component="search" role="dialog"'


def content(html: str) -> str:
    """The content of a page: code and tables can be scrolled with the keyboard, and no head of a column is empty."""
    html = html.replace("<pre", '<pre tabindex="0"')
    html = re.sub(r"<table>(.*?</table>)", rf'{BOX}<table class="plain">\1</div>', html, flags=re.DOTALL)
    return re.sub(r"<th( [^>]*)?></th>", r"<td\1></td>", html)


def page(html: str) -> str:
    """A whole page: its search has a name."""
    return html.replace(SEARCH, f'{SEARCH} aria-label="Search"')
