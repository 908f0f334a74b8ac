"""What an exhibit may be called with: which arguments are not the book's, and how they are named.

The defaults of a function make the exhibit of the book. Every other value shows in the id of the
exhibit, in the order in which the function names its arguments, so that the same call has the same
id wherever it stands, and two different ones may stand on one page.
"""

import hashlib
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

__all__ = ["changed", "said", "suffix"]

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]*")
"""Values that can be read in an id; of others it holds a digest."""


def changed(
    name: str, signature: inspect.Signature, args: Sequence[Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call that differ from the defaults.

    Parameters
    ----------
    name : str
        Of the function, for messages.
    signature : Signature
        What it takes.
    args, given : sequence, mapping
        Of the call.

    Returns
    -------
    dict
        By name, in the order of the function.

    Raises
    ------
    TypeError
        If the function takes no such argument.
    """
    takes = signature.parameters
    try:
        bound = signature.bind(*args, **given)
    except TypeError as error:
        known = ", ".join(takes) or "no argument"
        short = ".".join(name.split(".")[-2:])
        raise TypeError(f"{short}: {error}; it takes {known}. See help({short})") from None
    return {
        key: value
        for key, value in bound.arguments.items()
        if _as_text(value) != _as_text(takes[key].default)
    }


def suffix(values: Mapping[str, Any]) -> str:
    """Return what arguments add to the id of an exhibit.

    Parameters
    ----------
    values : mapping
        As :func:`changed` returns them.

    Returns
    -------
    str
        Such as ``-year-2010``; nothing for no arguments.
    """
    return "".join(f"-{_slug(name)}-{_slug(_as_text(value))}" for name, value in values.items())


def said(values: Mapping[str, Any]) -> str:
    """Return a caveat that tells the arguments.

    Parameters
    ----------
    values : mapping
        As :func:`changed` returns them.

    Returns
    -------
    str
    """
    told = ", ".join(f"{name} = {_as_text(value)}" for name, value in values.items())
    return f"Not as in the book: {told}."


def _as_text(value: Any) -> str:
    """Return a value as text: of a named result its fields that are not as usual."""
    if is_dataclass(value) and not isinstance(value, type):
        given = ((field.name, getattr(value, field.name), field.default) for field in fields(value))
        return " ".join(f"{name} {mine:g}" for name, mine, usual in given if mine != usual)
    if isinstance(value, (tuple, list)):
        return " ".join(map(_as_text, value))
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _slug(text: str) -> str:
    """Return text as a part of an id."""
    if PLAIN.fullmatch(text.replace("_", " ")):
        return re.sub(r"[ ._]", "-", text.lower())
    return hashlib.sha256(text.encode()).hexdigest()[:8]
