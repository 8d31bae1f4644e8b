"""A set of integers modulo two, in which the smallest member is found quickly.

One bit per key, and one summary bit per word of 64 keys. A summary bit may be set above an empty
word; it is cleared when the search passes it. Compiled by numba.
"""

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

NOTHING = -1


@intrinsic
def trailing_zeros(typing_context, value):
    """Return the number of zero bits below the lowest set bit of a non-zero uint64."""

    def generate(context, builder, signature, arguments):
        zero_is_undefined = context.get_constant(types.boolean, True)
        return builder.cttz(arguments[0], zero_is_undefined)

    return types.uint64(types.uint64), generate


@njit(cache=True)
def new_bitset(size: int):
    """Return the words and the summary of an empty set of keys below `size`."""
    words = (size >> 6) + 1
    return np.zeros(words, dtype=np.uint64), np.zeros((words >> 6) + 1, dtype=np.uint64)


@njit(inline="always")
def toggle(words, summary, key):
    """Add a key that is absent, remove one that is present."""
    word = key >> 6
    words[word] ^= np.uint64(1) << np.uint64(key & 63)
    summary[word >> 6] |= np.uint64(1) << np.uint64(word & 63)


@njit(cache=True)
def smallest(words, summary, start):
    """Return the smallest key in the words from that of `start` on, or NOTHING."""
    for block in range(start >> 12, summary.shape[0]):
        while summary[block] != 0:
            word = (block << 6) + np.int64(trailing_zeros(summary[block]))
            if words[word] != 0:
                return (word << 6) + np.int64(trailing_zeros(words[word]))
            summary[block] &= summary[block] - np.uint64(1)
    return np.int64(NOTHING)


@njit(cache=True)
def clear(words, summary):
    """Remove every key."""
    for block in range(summary.shape[0]):
        while summary[block] != 0:
            words[(block << 6) + np.int64(trailing_zeros(summary[block]))] = 0
            summary[block] &= summary[block] - np.uint64(1)
