"""Functions that only move elements about, against PyTorch."""

import numpy as np

from .oracle import Row, assert_same_derivatives, assert_same_in_float32, each, real, torch

pad = torch.nn.functional.pad

ROWS = [
    # Another shape
    Row(np.reshape, lambda x: np.reshape(x, (3, -1)), lambda x: x.reshape(3, -1), real(2, 3, 4)),
    Row(np.reshape, lambda x: np.reshape(x, (4, 6), order="F"), lambda x: x.mT.reshape(6, 4).mT, real(6, 4)),
    Row(np.reshape, lambda x: np.reshape(x, ()), lambda x: x.reshape(()), real(1, 1)),
    Row(np.ravel, np.ravel, torch.ravel, real(2, 3, 4)),
    Row(np.ravel, np.ravel, torch.ravel, real()),
    Row(np.ravel, lambda x: np.ravel(x, order="F"), lambda x: x.T.ravel(), real(3, 4)),
    Row(np.expand_dims, lambda x: np.expand_dims(x, 1), lambda x: x.unsqueeze(1), real(2, 3)),
    Row(np.expand_dims, lambda x: np.expand_dims(x, (0, -1)), lambda x: x[None, ..., None], real(2, 3)),
    Row(np.squeeze, np.squeeze, torch.squeeze, real(1, 2, 1, 3)),
    Row(np.squeeze, lambda x: np.squeeze(x, 0), lambda x: x.squeeze(0), real(1, 2, 1)),
    Row(np.squeeze, lambda x: np.squeeze(x, (0, -1)), lambda x: x.squeeze((0, -1)), real(1, 2, 1)),
    *(Row(np.atleast_1d, np.atleast_1d, torch.atleast_1d, real(*shape)) for shape in [(), (2,), (2, 3)]),
    *(Row(np.atleast_2d, np.atleast_2d, torch.atleast_2d, real(*shape)) for shape in [(), (2,), (2, 3), (2, 3, 4)]),
    *(Row(np.atleast_3d, np.atleast_3d, torch.atleast_3d, real(*shape)) for shape in [(), (2,), (2, 3), (2, 3, 4)]),
    *(
        Row(f, f, theirs, real(), real(2), real(2, 3))
        for f, theirs in [
            (np.atleast_1d, torch.atleast_1d),
            (np.atleast_2d, torch.atleast_2d),
            (np.atleast_3d, torch.atleast_3d),
        ]
    ),
    # Axes in another order
    Row(np.transpose, np.transpose, lambda x: x.permute(2, 1, 0), real(2, 3, 4)),
    Row(np.transpose, lambda x: np.transpose(x, (2, 0, 1)), lambda x: x.permute(2, 0, 1), real(2, 3, 4)),
    Row(np.transpose, lambda x: np.transpose(x, (-1, 0, -2)), lambda x: x.permute(-1, 0, -2), real(2, 3, 4)),
    Row(np.transpose, np.transpose, lambda x: x, real(3)),
    Row(np.swapaxes, lambda x: np.swapaxes(x, 0, -1), lambda x: x.swapaxes(0, -1), real(2, 3, 4)),
    Row(np.moveaxis, lambda x: np.moveaxis(x, 0, -1), lambda x: x.moveaxis(0, -1), real(2, 3, 4)),
    Row(np.moveaxis, lambda x: np.moveaxis(x, (0, 1), (-1, 0)), lambda x: x.moveaxis((0, 1), (-1, 0)), real(2, 3, 4)),
    Row(np.rollaxis, lambda x: np.rollaxis(x, 2), lambda x: x.moveaxis(2, 0), real(2, 3, 4)),
    Row(np.rollaxis, lambda x: np.rollaxis(x, -1, 1), lambda x: x.moveaxis(-1, 1), real(2, 3, 4)),
    Row(np.matrix_transpose, np.matrix_transpose, lambda x: x.mT, real(2, 3, 4)),
    Row(np.linalg.matrix_transpose, np.linalg.matrix_transpose, lambda x: x.mT, real(2, 3, 4)),
    # Elements in another order
    Row(np.flip, np.flip, lambda x: x.flip(0, 1, 2), real(2, 3, 4)),
    Row(np.flip, lambda x: np.flip(x, -2), lambda x: x.flip(-2), real(2, 3, 4)),
    Row(np.flip, lambda x: np.flip(x, (0, -1)), lambda x: x.flip(0, -1), real(2, 3, 4)),
    Row(np.fliplr, np.fliplr, torch.fliplr, real(2, 3)),
    Row(np.flipud, np.flipud, torch.flipud, real(2, 3)),
    Row(np.roll, lambda x: np.roll(x, 2), lambda x: x.roll(2), real(2, 3)),
    Row(np.roll, lambda x: np.roll(x, -5, -1), lambda x: x.roll(-5, -1), real(2, 3)),
    Row(np.roll, lambda x: np.roll(x, (1, 2), (0, -1)), lambda x: x.roll((1, 2), (0, -1)), real(2, 3)),
    *(Row(np.rot90, lambda x, k=k: np.rot90(x, k), lambda x, k=k: x.rot90(k), real(2, 3)) for k in (-1, 0, 1, 2, 3)),
    Row(np.rot90, lambda x: np.rot90(x, 1, (2, 0)), lambda x: x.rot90(1, (2, 0)), real(2, 3, 4)),
    Row(np.roll, lambda x: np.roll(x, (1, 2), 0), lambda x: x.roll(3, 0), real(5, 3)),
    # Elements more than once
    Row(np.broadcast_to, lambda x: np.broadcast_to(x, (4, 2, 3)), lambda x: x.expand(4, 2, 3), real(2, 1)),
    Row(np.broadcast_to, lambda x: np.broadcast_to(x, (4, 2)), lambda x: x.expand(4, 2), real()),
    Row(np.broadcast_arrays, np.broadcast_arrays, torch.broadcast_tensors, real(2, 1), real(3), real()),
    Row(np.full_like, lambda a, x: np.full_like(a, x), lambda a, x: x.expand(2, 3), real(2, 3), real()),
    Row(np.full_like, lambda a, x: np.full_like(a, x), lambda a, x: x.expand(2, 3), real(2, 3), real(3)),
    Row(np.tile, lambda x: np.tile(x, 2), lambda x: x.tile(2), real(2, 3)),
    Row(np.tile, lambda x: np.tile(x, (2, 1, 3)), lambda x: x.tile(2, 1, 3), real(2, 3)),
    Row(np.repeat, lambda x: np.repeat(x, 2), lambda x: x.repeat_interleave(2), real(2, 3)),
    Row(np.repeat, lambda x: np.repeat(x, 3, -1), lambda x: x.repeat_interleave(3, -1), real(2, 3)),
    Row(
        np.repeat,
        lambda x: np.repeat(x, [1, 0, 2], axis=1),
        lambda x: x.repeat_interleave(torch.tensor([1, 0, 2]), 1),
        real(2, 3),
    ),
    Row(np.resize, lambda x: np.resize(x, (5, 3)), lambda x: x.tile(3, 1).ravel()[:15].reshape(5, 3), real(2, 3)),
    Row(np.resize, lambda x: np.resize(x, (2, 2)), lambda x: x.ravel()[:4].reshape(2, 2), real(2, 3)),
    *(
        Row(
            np.meshgrid,
            lambda *xs, order=order: np.meshgrid(*xs, indexing=order),
            lambda *xs, order=order: torch.meshgrid(*xs, indexing=order),
            *(real(3), real(2), real(4)),
        )
        for order in ("xy", "ij")
    ),
    Row(
        np.meshgrid,
        lambda a, b: np.meshgrid(a, b, sparse=True),
        lambda a, b: (a[None], b[:, None]),
        *(real(3), real(2)),
    ),
    # Fewer elements, or more
    Row(np.delete, lambda x: np.delete(x, 1, axis=-1), lambda x: x[:, [0, 2, 3]], real(2, 4)),
    Row(np.delete, lambda x: np.delete(x, [0, -1]), lambda x: x.ravel()[1:-1], real(2, 4)),
    Row(np.delete, lambda x: np.delete(x, slice(1, 3), 0), lambda x: x[[0, 3]], real(4, 2)),
    *(Row(np.diag, lambda x, k=k: np.diag(x, k), lambda x, k=k: x.diag(k), real(3, 4)) for k in (-2, 0, 1)),
    *(Row(np.diag, lambda x, k=k: np.diag(x, k), lambda x, k=k: x.diag(k), real(3)) for k in (-2, 0, 1)),
    Row(np.diagflat, lambda x: np.diagflat(x, -1), lambda x: x.diagflat(-1), real(2, 2)),
    Row(np.diagonal, lambda x: np.diagonal(x, 1), lambda x: x.diagonal(1), real(3, 4, 2)),
    Row(np.diagonal, lambda x: np.diagonal(x, -1, -1, 0), lambda x: x.diagonal(-1, -1, 0), real(3, 2, 4)),
    Row(np.linalg.diagonal, np.linalg.diagonal, torch.linalg.diagonal, real(2, 3, 4)),
    Row(
        np.linalg.diagonal,
        lambda x: np.linalg.diagonal(x, offset=-1),
        lambda x: torch.linalg.diagonal(x, offset=-1),
        real(2, 3, 4),
    ),
    *(Row(np.tril, lambda x, k=k: np.tril(x, k), lambda x, k=k: x.tril(k), real(2, 3, 4)) for k in (-1, 0, 2)),
    *(Row(np.triu, lambda x, k=k: np.triu(x, k), lambda x, k=k: x.triu(k), real(2, 3, 4)) for k in (-1, 0, 2)),
    Row(np.pad, lambda x: np.pad(x, 1), lambda x: pad(x, (1, 1, 1, 1)), real(2, 3)),
    Row(np.pad, lambda x: np.pad(x, ((0, 2), (1, 0))), lambda x: pad(x, (1, 0, 0, 2)), real(2, 3)),
    Row(np.pad, lambda x: np.pad(x, 1, constant_values=2.0), lambda x: pad(x, (1, 1), value=2.0), real(3)),
    *(
        Row(
            np.pad,
            lambda x, mode=mode: np.pad(x, ((0, 0), (2, 1)), mode=mode),
            lambda x, theirs=theirs: pad(x, (2, 1), theirs),
            real(2, 4),
        )
        for mode, theirs in {"reflect": "reflect", "edge": "replicate", "wrap": "circular"}.items()
    ),
    Row(np.pad, lambda x: np.pad(x, 1, mode="symmetric"), lambda x: x[[0, 0, 1, 2, 2]], real(3)),
    Row(
        np.insert,
        lambda x, v: np.insert(x, 1, v),
        lambda x, v: torch.cat([x[:1], v[None], x[1:]]),
        *(real(3), real()),
    ),
    Row(
        np.insert,
        lambda x, v: np.insert(x, 1, v, axis=1),
        lambda x, v: torch.cat([x[:, :1], v[:, None], x[:, 1:]], 1),
        *(real(2, 3), real(2)),
    ),
    Row(
        np.insert,
        lambda x, v: np.insert(x, [0, 6, 3, 3], v),
        lambda x, v: torch.cat([v[:1], x.ravel()[:3], v[2:], x.ravel()[3:], v[1:2]]),
        *(real(2, 3), real(4)),
    ),
    Row(
        np.insert,
        lambda x: np.insert(x, -1, 2.0, axis=0),
        lambda x: torch.cat([x[:-1], torch.full_like(x[:1], 2.0), x[-1:]]),
        real(2, 3),
    ),
    Row(
        np.choose,
        lambda a, b: np.choose([0, 1, 1], [a, b]),
        lambda a, b: torch.stack([a[0], b[1], b[2]]),
        *(real(3), real(3)),
    ),
    Row(
        np.choose,
        lambda a, b: np.choose([[0], [1]], [a, b]),
        lambda a, b: torch.stack([a, b.expand(3)]),
        *(real(3), real()),
    ),
    Row(
        np.choose,
        lambda x: np.choose([-1, 1, 5], x, mode="clip"),
        lambda x: torch.stack([x[0, 0], x[1, 1], x[1, 2]]),
        real(2, 3),
    ),
    Row(
        np.choose,
        lambda x: np.choose([-1, 1, 4], x, mode="wrap"),
        lambda x: torch.stack([x[1, 0], x[1, 1], x[0, 2]]),
        real(2, 3),
    ),
    # Several arrays joined
    Row(
        np.concatenate,
        lambda a, b: np.concatenate([a, b, a]),
        lambda a, b: torch.cat([a, b, a]),
        real(2, 3),
        real(1, 3),
    ),
    Row(
        np.concatenate,
        lambda a, b: np.concatenate([a, b], -1),
        lambda a, b: torch.cat([a, b], -1),
        real(2, 3),
        real(2, 0),
    ),
    Row(
        np.concatenate,
        lambda a, b: np.concatenate([a, b], axis=None),
        lambda a, b: torch.cat([a.ravel(), b.ravel()]),
        *(real(2, 3), real(2)),
    ),
    Row(np.append, np.append, lambda a, b: torch.cat([a.ravel(), b.ravel()]), real(2, 3), real(2)),
    Row(np.append, lambda a, b: np.append(a, b, 1), lambda a, b: torch.cat([a, b], 1), real(2, 3), real(2, 1)),
    *(
        Row(
            np.stack,
            lambda a, b, axis=axis: np.stack([a, b, a], axis),
            lambda a, b, axis=axis: torch.stack([a, b, a], axis),
            *(real(2, 3), real(2, 3)),
        )
        for axis in (0, 1, -1)
    ),
    Row(np.vstack, lambda a, b: np.vstack([a, b]), lambda a, b: torch.vstack([a, b]), real(3), real(2, 3)),
    Row(np.hstack, lambda a, b: np.hstack([a, b]), lambda a, b: torch.hstack([a, b]), real(2, 1), real(2, 3)),
    Row(np.hstack, lambda a, b: np.hstack([a, b]), lambda a, b: torch.hstack([a, b]), real(2), real(3)),
    Row(np.dstack, lambda a, b: np.dstack([a, b]), lambda a, b: torch.dstack([a, b]), real(2, 3), real(2, 3, 2)),
    Row(
        np.column_stack,
        lambda a, b: np.column_stack([a, b]),
        lambda a, b: torch.column_stack([a, b]),
        real(2),
        real(2, 3),
    ),
    Row(np.concatenate, lambda x: np.concatenate(x, 1), lambda x: torch.cat(list(x), 1), real(2, 3, 4)),
    Row(np.stack, lambda x: np.stack(x, 1), lambda x: x.swapaxes(0, 1), real(2, 3)),
    Row(np.vstack, np.vstack, lambda x: torch.vstack(list(x)), real(2, 3, 4)),
    Row(
        np.block,
        lambda a, b: np.block([[a, b], [b, a]]),
        lambda a, b: torch.cat([torch.cat([a, b], 1), torch.cat([b, a], 1)]),
        *(real(2, 2), real(2, 2)),
    ),
    Row(
        np.block,
        lambda a, b, c: np.block([[a, b], [c, c]]),
        lambda a, b, c: torch.cat([torch.cat([a, b[:, None]], 1), torch.cat([c, c])[None]]),
        *(real(1, 3), real(1), real(2)),
    ),
    Row(np.block, lambda a, b: np.block([a, b]), lambda a, b: torch.cat([a, b[None]]), real(2), real()),
    # One array in parts
    Row(np.split, lambda x: np.split(x, 3, axis=-1), lambda x: x.tensor_split(3, -1), real(2, 6)),
    Row(np.split, lambda x: np.split(x, [1, 3]), lambda x: x.tensor_split([1, 3]), real(4, 2)),
    Row(np.array_split, lambda x: np.array_split(x, 3), lambda x: x.tensor_split(3), real(5, 2)),
    Row(np.array_split, lambda x: np.array_split(x, [1, 1], axis=-1), lambda x: x.tensor_split([1, 1], -1), real(2, 3)),
    Row(np.hsplit, lambda x: np.hsplit(x, 2), lambda x: x.hsplit(2), real(2, 4)),
    Row(np.hsplit, lambda x: np.hsplit(x, [1]), lambda x: x.hsplit([1]), real(4)),
    Row(np.vsplit, lambda x: np.vsplit(x, 2), lambda x: x.vsplit(2), real(4, 2)),
    Row(np.dsplit, lambda x: np.dsplit(x, [1, 2]), lambda x: x.dsplit([1, 2]), real(2, 2, 3)),
    Row(np.unstack, np.unstack, torch.unbind, real(2, 3)),
    Row(np.unstack, lambda x: np.unstack(x, axis=-1), lambda x: x.unbind(-1), real(2, 3)),
    # A function of each row
    *(
        Row(
            np.apply_along_axis,
            lambda x, axis=axis: np.apply_along_axis(np.cumsum, axis, x),
            lambda x, axis=axis: x.cumsum(axis),
            real(2, 3, 4),
        )
        for axis in (0, 1, -1)
    ),
    Row(np.apply_along_axis, lambda x: np.apply_along_axis(np.prod, 0, x), lambda x: x.prod(0), real(3, 2)),
    Row(
        np.apply_along_axis,
        lambda x: np.apply_along_axis(lambda row: np.outer(row, row), 0, x),
        lambda x: torch.einsum("ik,jk->ijk", x, x),
        real(3, 2),
    ),
    Row(
        np.apply_along_axis,
        lambda x: np.apply_along_axis(lambda row, a, b: (a * row + b)[1:], 1, x, 2.0, b=3.0),
        lambda x: 2 * x[:, 1:] + 3,
        real(2, 3, 2),
    ),
]


@each(ROWS)
def test_derivatives(row):
    assert_same_derivatives(row)


@each(ROWS)
def test_float32(row):
    assert_same_in_float32(row)
