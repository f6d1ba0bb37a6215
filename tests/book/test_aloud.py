"""Pages can be read with the keyboard alone, and aloud."""

import aloud


def test_code_can_be_scrolled_with_the_keyboard():
    assert aloud.content('<pre class="x"><code>y</code></pre>') == '<pre tabindex="0" class="x"><code>y</code></pre>'


def test_no_column_has_an_empty_head():
    html = aloud.content('<tr><th></th><th style="text-align: left"></th><th>n</th></tr>')
    assert html == '<tr><td></td><td style="text-align: left"></td><th>n</th></tr>'
