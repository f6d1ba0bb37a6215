"""What networks learn from: made here from a seed, with nothing to download.

Each of these modules makes one kind of data. The same seed gives the same data everywhere:

postcards   sentences with three blanks, of which one can be filled from near by and one from far back
ball        a ball between four walls, as positions or as pictures, also behind a curtain
reviews     for or against? In half of them only the order of the words decides
countries   the language of the country, with as many words between as are asked for
dates       as people write them, and in ISO 8601
tagging     strings of DNA with one motif, and sentences with names, each token with its tag
tunes       in ABC notation: traditional ones, as many others as are asked for, and your own
text        real English that every Python carries, and texts of your own

`notation` says whether a text is a tune and what its notes are, and `sound` writes it to a .mid or .wav file.

What is random takes `rng`: a `np.random.Generator`, which goes on from call to call, or a seed for one. Arrays of
sequences have time first, (T, N, ...).
"""
