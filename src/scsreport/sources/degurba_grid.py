"""Reads the Degree of Urbanisation from an icosahedral grid of triangles.

The file holds runs of equal class along a numbering of all triangles: each of the 20 faces of an
icosahedron is cut 12 times into four, and the two bits of each cut follow one another in a
triangle's number. Only the triangles of one class are ever unfolded.
"""

# scipy.sparse carries no types
# mypy: disable-error-code="no-untyped-call"

import struct
import zlib

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scsreport.geometry import EARTH_KM, Floats

__all__ = [
    "CLASSES",
    "FACES",
    "HEAD",
    "LEVEL",
    "SECTION",
    "TURN",
    "URBAN_CENTRE",
    "areas",
    "cells_of",
    "corners",
    "label",
]

CLASSES = np.array([10, 11, 12, 13, 21, 22, 23, 30, 255])
URBAN_CENTRE = 30
LEVEL = 12

HEAD = struct.Struct("<4sBBBBHBBIIII32s32s")  # the last 32 bytes identify the data set
SECTION = struct.Struct("<II")
TURN = np.radians(7.3)  # the icosahedron is turned about the axis so that corners lie at sea
FACES = np.array(
    [
        [0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11],
        [1, 5, 9], [5, 11, 4], [11, 10, 2], [10, 7, 6], [7, 1, 8],
        [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9],
        [4, 9, 5], [2, 4, 11], [6, 2, 10], [8, 6, 7], [9, 8, 1],
    ]
)  # fmt: skip

Ints = npt.NDArray[np.int64]


def cells_of(content: bytes, code: int = URBAN_CENTRE) -> Ints:
    """Return the numbers of all triangles of one class.

    Parameters
    ----------
    content : bytes
        The file.
    code : int, default 30
        Class of the Degree of Urbanisation.

    Raises
    ------
    ValueError
        If the file is not of this format.
    """
    magic, version, level, *_ = HEAD.unpack_from(content)
    if (magic, version, level) != (b"TFDG", 1, LEVEL):
        raise ValueError(f"found {magic!r} version {version} level {level}, expected a TFDG grid")
    start = HEAD.size + 2 * SECTION.size
    blocks = []
    for part in range(2):
        size, _ = SECTION.unpack_from(content, HEAD.size + part * SECTION.size)
        blocks.append(np.frombuffer(zlib.decompress(content[start : start + size]), np.uint8))
        start += size
    lengths, classes = _varints(blocks[0]), CLASSES[blocks[1]]
    if len(lengths) != len(classes) or lengths.sum() != 20 * 4**LEVEL:
        raise ValueError("found runs that do not cover the globe, expected a whole TFDG grid")
    chosen = classes == code
    first, count = (np.cumsum(lengths) - lengths)[chosen], lengths[chosen]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    cells: Ints = np.repeat(first, count) + within
    return cells


def corners(cells: Ints) -> Floats:
    """Return the corners of triangles.

    Parameters
    ----------
    cells : ndarray of shape (n,)
        Numbers of triangles.

    Returns
    -------
    ndarray of shape (n, 3, 3)
        For each triangle three unit vectors.
    """
    triangles: Floats = _icosahedron()[FACES][cells >> 2 * LEVEL]
    for cut in reversed(range(LEVEL)):
        digit = (cells >> 2 * cut) & 3
        middles = triangles + np.roll(triangles, -1, axis=1)  # of sides 01, 12, 20
        middles /= np.linalg.norm(middles, axis=-1, keepdims=True)
        m01, m12, m20 = np.moveaxis(middles, 1, 0)
        v0, v1, v2 = np.moveaxis(triangles, 1, 0)
        at = digit[:, None]
        triangles = np.stack(
            [
                np.choose(at, [v0, m01, m20, m01]),
                np.choose(at, [m01, v1, m12, m12]),
                np.choose(at, [m20, m12, v2, m20]),
            ],
            axis=1,
        )
    return triangles


def areas(triangles: Floats) -> Floats:
    """Return the areas of small triangles on the Earth, in km2."""
    sides = triangles[:, 1:] - triangles[:, :1]
    twice: Floats = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    return twice / 2 * EARTH_KM**2


def label(triangles: Floats, *, shared: int = 1) -> Ints:
    """Return for each triangle the number of its contiguous group.

    Parameters
    ----------
    triangles : ndarray of shape (n, 3, 3)
        Corners, as unit vectors.
    shared : {1, 2}, default 1
        How many corners two neighbours share: 1 joins those that touch, 2 those with a common
        side.
    """
    n = len(triangles)
    # 1e-6 of the radius is 6 m, far below the side of 1.9 km; three numbers fit in 63 bits.
    grid = np.rint(triangles.reshape(-1, 3) * 1e6).astype(np.int64) + 2**20
    _, point = np.unique(grid @ (1 << np.array([42, 21, 0])), return_inverse=True)
    keys = point.reshape(n, 3)
    if shared == 2:
        sides = np.sort(np.stack([keys, np.roll(keys, -1, axis=1)], axis=-1), axis=-1)
        _, side = np.unique(sides.reshape(-1, 2) @ [len(point), 1], return_inverse=True)
        keys = side.reshape(n, 3)
    # Triangles and what they may share are the two sides of one graph: no pairs are listed.
    links = (np.ones(3 * n, np.int8), (np.repeat(np.arange(n), 3), n + keys.ravel()))
    size = n + int(keys.max()) + 1
    _, groups = connected_components(coo_array(links, shape=(size, size)), directed=False)
    _, groups = np.unique(groups[:n], return_inverse=True)
    return groups.astype(np.int64)


def _varints(block: npt.NDArray[np.uint8]) -> Ints:
    last = np.flatnonzero(block < 128)
    first = np.r_[0, last[:-1] + 1]
    place = np.arange(len(block)) - np.repeat(first, last - first + 1)
    return np.add.reduceat((block & 127).astype(np.int64) << 7 * place, first)


def _icosahedron() -> Floats:
    phi = (1 + 5**0.5) / 2
    points = np.array(
        [
            [-1, phi, 0], [1, phi, 0], [-1, -phi, 0], [1, -phi, 0],
            [0, -1, phi], [0, 1, phi], [0, -1, -phi], [0, 1, -phi],
            [phi, 0, -1], [phi, 0, 1], [-phi, 0, -1], [-phi, 0, 1],
        ]
    )  # fmt: skip
    cos, sin = np.cos(TURN), np.sin(TURN)
    turned: Floats = points @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return turned
