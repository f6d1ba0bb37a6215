def tanh_backward(dout, y):
    return dout * (1 - y**2)


def matmul_backward(dout, x, W):
    return dout @ W.T, x.T @ dout
