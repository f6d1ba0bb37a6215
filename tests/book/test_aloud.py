"""Pages can be read with the keyboard alone, and aloud."""

import aloud


def test_code_can_be_scrolled_with_the_keyboard():
    assert aloud.content('<pre class="x"><code>y</code></pre>') == '<pre tabindex="0" class="x"><code>y</code></pre>'


def test_tables_are_in_a_box_that_can_be_scrolled_with_the_keyboard():
    html = aloud.content('<table><tr><td>1</td></tr></table><table class="lines"></table>')
    assert html == f'{aloud.BOX}<table class="plain"><tr><td>1</td></tr></table></div><table class="lines"></table>'
    assert 'tabindex="0"' in aloud.BOX


def test_no_column_has_an_empty_head():
    html = aloud.content('<tr><th></th><th style="text-align: left"></th><th>n</th></tr>')
    assert html == '<tr><td></td><td style="text-align: left"></td><th>n</th></tr>'
