"""What the C library does with freed memory. A picture is megabytes for a moment: they go back at once."""

import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
PICTURE = 64 * 1024
"""Bytes from which a block has pages of its own. By itself glibc raises this to the largest block freed so far."""
ARENAS = 2  # a heap for the screen and one for all other threads


def be_thrifty() -> None:
    """Call before pictures are made. Where the C library is not glibc, nothing is done."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return
    mallopt(M_MMAP_THRESHOLD, PICTURE)
    mallopt(M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Hand freed pages back to the system; takes milliseconds."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except AttributeError:
        return
