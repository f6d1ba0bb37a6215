import numpy as np


def one_hot(ids, size):
    return np.eye(size)[ids]


def bag_of_words(ids, size):
    return one_hot(ids, size).sum(axis=0)


def fixed_window(ids, width, size):
    rows = one_hot(ids, size)
    padded = np.concatenate([np.zeros((width - 1, size)), rows])
    return np.stack([padded[t : t + width].reshape(-1) for t in range(len(ids))])
