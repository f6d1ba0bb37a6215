"""What networks learn from: made here from a seed, with nothing to download.

postcards   sentences with three blanks, of which one can be filled from near by and one from far back
"""
