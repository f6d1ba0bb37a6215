"""A vocabulary gives each token a number and takes it back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad import nn
from minigrad.data import Vocabulary

WORDS = ["a", "b", "b", "c", "a", "b"]


@given(st.text())
def test_what_is_encoded_is_decoded(text):
    vocabulary = Vocabulary(text)
    ids = vocabulary.encode(text)
    assert ids.shape == (len(text),)
    assert ids.dtype == int
    assert "".join(vocabulary.decode(ids)) == text


def test_the_commonest_come_first_and_then_the_one_that_is_seen_first():
    assert Vocabulary(WORDS).tokens == ("<unk>", "b", "a", "c")
    assert Vocabulary("zyxzyx").tokens == ("<unk>", "z", "y", "x")


@pytest.mark.parametrize("special", [(), ("<bos>",), ("<unk>", "<eos>")])
def test_the_tokens_of_a_vocabulary_without_further_ones_make_the_same_again(special):
    tokens = Vocabulary(WORDS, special).tokens
    assert Vocabulary(tokens, special=()).tokens == tokens
    assert Vocabulary(tokens, special).tokens == tokens


def test_every_token_has_its_place_as_its_id():
    vocabulary = Vocabulary(WORDS)
    np.testing.assert_array_equal(vocabulary.encode(vocabulary.tokens), np.arange(len(vocabulary)))


def test_an_unknown_token_becomes_unk():
    vocabulary = Vocabulary(WORDS)
    assert vocabulary.decode(vocabulary.encode(["a", "d"])) == ["a", "<unk>"]


def test_without_unk_an_unknown_token_is_refused():
    with pytest.raises(
        ValueError, match=r"Vocabulary\.encode: expected tokens of this vocabulary, got 'd'.* <unk> is not"
    ):
        Vocabulary(WORDS, special=()).encode(["a", "d"])


def test_special_tokens_stand_first_and_once_even_if_the_text_has_them():
    special = ("<unk>", "<bos>", "<eos>")
    assert Vocabulary(["x", "<eos>", "<eos>"], special).tokens == (*special, "x")


@pytest.mark.parametrize("special", [("<unk>",), ("<bos>", "<unk>"), ("<unk>", "<bos>", "<eos>")])
def test_it_is_made_again_of_its_own_tokens_after_a_checkpoint(tmp_path, special):
    vocabulary = Vocabulary(WORDS, special)
    nn.save({"model": nn.Linear(1, 1), "tokens": vocabulary.tokens}, tmp_path / "training.npz")
    tokens = nn.load(tmp_path / "training.npz")["tokens"]
    assert Vocabulary(tokens, special).tokens == vocabulary.tokens


@pytest.mark.parametrize("tokens", [[3], [b"a"], ["a", None]])
def test_tokens_are_strings(tokens):
    with pytest.raises(TypeError, match="Vocabulary: expected strings as tokens"):
        Vocabulary(tokens)


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([4], ValueError, r"Vocabulary\.decode: expected ids from 0 to 3, got 4"),
        ([-1], ValueError, r"Vocabulary\.decode: expected ids from 0 to 3, got -1"),
        ([0.0], TypeError, r"Vocabulary\.decode: expected integer ids, got float64"),
        ([[1, 2]], ValueError, r"Vocabulary\.decode: expected ids of shape \(T,\), got \(1, 2\)"),
    ],
)
def test_what_is_no_id_is_refused(ids, error, message):
    with pytest.raises(error, match=message):
        Vocabulary(WORDS).decode(ids)


def test_nothing_is_encoded_and_decoded_as_nothing():
    assert Vocabulary("").tokens == ("<unk>",)
    assert Vocabulary("abc").encode("").dtype == int
    assert Vocabulary("abc").decode([]) == []
