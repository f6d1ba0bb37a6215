from collections import Counter

import numpy as np


def build_vocabulary(tokens):
    return ["<unk>", *(token for token, _ in Counter(tokens).most_common())]


def encode(tokens, vocabulary):
    ids = {token: i for i, token in enumerate(vocabulary)}
    return np.array([ids.get(token, 0) for token in tokens], dtype=int)


def decode(ids, vocabulary):
    return [vocabulary[i] for i in ids]
