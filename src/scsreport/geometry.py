"""Distances on the sphere, for points given in degrees."""

from __future__ import annotations

# scipy.spatial carries no types
# mypy: disable-error-code="no-untyped-call"
import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

__all__ = [
    "EARTH_KM",
    "chord_to_km",
    "degrees",
    "kilometres",
    "km_to_chord",
    "nearest",
    "unit_vectors",
    "within_reach",
]

EARTH_KM = 6371.0088  # mean radius

Floats = npt.NDArray[np.float64]


def unit_vectors(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Return points of the unit sphere, which know no antimeridian.

    Parameters
    ----------
    lat, lon : array_like of shape (n,)
        Degrees.

    Returns
    -------
    ndarray of shape (n, 3)
    """
    phi, lam = np.radians(np.asarray(lat, float)), np.radians(np.asarray(lon, float))
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def degrees(vectors: Floats) -> tuple[Floats, Floats]:
    """Return latitude and longitude of vectors of any length.

    Parameters
    ----------
    vectors : ndarray of shape (n, 3)

    Returns
    -------
    lat, lon : ndarray of shape (n,)
        Degrees.
    """
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def kilometres(a: Floats, b: Floats) -> Floats:
    """Return great-circle distances between unit vectors, in km.

    Parameters
    ----------
    a, b : ndarray of shape (n, 3) or (3,)

    Returns
    -------
    ndarray of shape (n,)
    """
    return chord_to_km(np.linalg.norm(a - b, axis=-1))


def chord_to_km(chord: npt.ArrayLike) -> Floats:
    """Return the great-circle distance of straight lines through the unit sphere, in km.

    Parameters
    ----------
    chord : array_like
        Lengths, 0 to 2.

    Returns
    -------
    ndarray
        Distances of the same shape.
    """
    return 2 * EARTH_KM * np.arcsin(np.clip(np.asarray(chord, float) / 2, 0, 1))


def km_to_chord(km: float) -> float:
    """Return the straight line through the unit sphere under a great-circle distance in km.

    Parameters
    ----------
    km : float
        Great-circle distance.

    Returns
    -------
    float
        Length, 0 to 2; that is as far as two points can be apart.
    """
    return float(2 * np.sin(min(km / EARTH_KM / 2, np.pi / 2)))


def nearest(points: Floats, others: Floats, within: float) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return for each point the nearest of the others, if one is near enough.

    Parameters
    ----------
    points, others : ndarray of shape (n, 3), (m, 3)
        Unit vectors.
    within : float
        Reach in km.

    Returns
    -------
    index : ndarray of shape (n,)
        Position in ``others``; ``m`` where none is within reach.
    km : ndarray of shape (n,)
        Distance; infinite where none is within reach.
    """
    chord, index = KDTree(others).query(points, distance_upper_bound=km_to_chord(within))
    found = np.isfinite(chord)
    km = np.where(found, chord_to_km(np.where(found, chord, 0)), np.inf)
    return index, km


def within_reach(
    points: Floats, others: Floats, within: Floats
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return which points lie within the reach of which of the others, each of its own.

    Parameters
    ----------
    points, others : ndarray of shape (n, 3), (m, 3)
        Unit vectors.
    within : ndarray of shape (m,)
        Reach of each of the others in km.

    Returns
    -------
    point, other : ndarray
        Positions, one of each for every pair.
    """
    chords = np.array([km_to_chord(km) for km in within])
    near = KDTree(points).query_ball_point(others, chords)
    other = np.repeat(np.arange(len(others)), [len(found) for found in near])
    return np.concatenate([*near, []]).astype(np.intp), other.astype(np.intp)
