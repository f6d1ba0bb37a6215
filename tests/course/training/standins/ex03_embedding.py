def embedding(ids, W):
    return W[ids]
