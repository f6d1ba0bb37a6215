"""Data for networks to learn from, made here from a seed, with nothing to download.

>>> from minigrad.data import Batches, Vocabulary, pad, reviews
>>> vocabulary = Vocabulary(reviews.WORDS)
>>> for some in Batches(reviews.reviews(400, rng=0), 50, rng=1):
...     ids, lengths = pad([vocabulary.encode(review.words) for review in some])
>>> ids.shape == (lengths.max(), 50)
True

Each of these modules makes one kind of data, the same for the same seed everywhere:

postcards   sentences with three blanks, of which one can be filled from near by and one from far back
ball        a ball between four walls, as positions or as pictures, also behind a curtain
reviews     for or against? In half of them only the order of the words decides
countries   the language of the country, with as many words between as are asked for
adding      the sum of two numbers that are marked in a long sequence
dates       as people write them, and in ISO 8601
tagging     strings of DNA with one motif, and sentences with names, each token with its tag
tunes       in ABC notation: traditional ones, as many others as are asked for, and your own
text        real English that every Python carries, and texts of your own

`notation` says whether a text is a tune and what its notes are, and `sound` writes it to a .mid or .wav file.

What is random takes `rng`: a `np.random.Generator`, which goes on from call to call, or a seed for one. A training that
draws its data anew at each step can draw it from `rng=[seed, step]`: then it goes on from any step with the same data.
Arrays of sequences have time first, (T, N, ...).
"""

from typing import NoReturn

from minigrad.data import adding, ball, countries, dates, notation, postcards, reviews, sound, tagging, text, tunes
from minigrad.data.batches import Batches, pad, streams
from minigrad.data.vocabulary import Vocabulary
from minigrad.elsewhere import missing as _missing

__all__ = [
    "Batches",
    "Vocabulary",
    "adding",
    "ball",
    "countries",
    "dates",
    "notation",
    "pad",
    "postcards",
    "reviews",
    "sound",
    "streams",
    "tagging",
    "text",
    "tunes",
]


def __getattr__(name: str) -> NoReturn:
    raise _missing("minigrad.data", name)
