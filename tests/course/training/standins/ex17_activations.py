import numpy as np


def relu_rnn_forward(x, h0, W_xh, W_hh, b):
    hs, h = np.empty((*x.shape[:2], len(W_hh))), h0
    for t in range(len(x)):
        h = hs[t] = np.maximum(x[t] @ W_xh + h @ W_hh + b, 0)
    return hs


def relu_rnn_backward(dhs, x, h0, hs, W_xh, W_hh):
    dx, carry = np.empty_like(x), 0
    dW_xh, dW_hh, db = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros(len(W_hh))
    for t in reversed(range(len(x))):
        da = (dhs[t] + carry) * (hs[t] > 0)
        dx[t], carry = da @ W_xh.T, da @ W_hh.T
        dW_xh += x[t].T @ da
        dW_hh += (hs[t - 1] if t else h0).T @ da
        db += da.sum(axis=0)
    return dx, carry, dW_xh, dW_hh, db
