"""The file of the jets: one npz archive of at most 8 MB whose arrays NumPy and isinglass read as they are."""

from pathlib import Path

import numpy as np

MANTISSA_BITS = 12


def shorten(values):
    """float32 rounded to MANTISSA_BITS bits (relative error at most 2^-13), so that the rest compresses away."""
    drop = 23 - MANTISSA_BITS
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + (1 << (drop - 1))) >> drop << drop).astype(np.uint32).view(np.float32)


def split(labels, share, stream):
    """Rows of training and test, each in random order, with the same number of tests in each class."""
    order = stream.permutation(len(labels))
    test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        test[rows[: round(share * len(rows))]] = True
    return order[~test[order]], order[test[order]]


def write(path, rows, images, labels, share, seed):
    """Writes training and test arrays; returns the size of the file in bytes."""
    train, test = split(labels, share, np.random.default_rng(seed))
    shortened = shorten(rows)
    arrays = {}
    for name, part in (("train", train), ("test", test)):
        arrays |= {f"x_{name}": shortened[part], f"y_{name}": labels[part], f"images_{name}": images[part]}
    np.savez_compressed(path, **arrays)
    return Path(path).stat().st_size
