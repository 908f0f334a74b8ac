"""Results that are computed once in a program, and handed out so that no caller can change them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd

__all__ = ["computed_once"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def computed_once(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compute a result once, and hand out copies of the tables in it.

    A copy takes no time and no memory until somebody writes into it.

    Parameters
    ----------
    function : callable
        Its arguments are hashable. It returns tables, or a tuple or a dict that holds some.

    Returns
    -------
    callable
        With ``cache_clear``, as that of :func:`functools.cache`. Where the function returns a
        dict, a mapping that cannot be written to and copies what is looked up.

    Examples
    --------
    >>> table = computed_once(lambda: pd.DataFrame({"people": [1, 2]}))
    >>> table()["people"] = 0
    >>> table()["people"].tolist()
    [1, 2]
    """
    remembered = cache(function)

    @wraps(function)
    def handed_out(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        result: Result = _copied(remembered(*args, **kwargs))  # type: ignore[arg-type]
        return result

    handed_out.cache_clear = remembered.cache_clear  # type: ignore[attr-defined]
    return handed_out


def _copied(result: Any) -> Any:
    if isinstance(result, (pd.DataFrame, pd.Series)):
        return result.copy(deep=False)
    if isinstance(result, tuple):
        copies = [_copied(part) for part in result]
        return type(result)(*copies) if hasattr(result, "_fields") else tuple(copies)
    if isinstance(result, dict):
        return _Copies(result)
    return result


class _Copies(Mapping[Any, Any]):
    """A dict of thousands of tables, of which only those are copied that somebody looks up."""

    def __init__(self, kept: dict[Any, Any]) -> None:
        self._kept = kept

    def __getitem__(self, key: Any) -> Any:
        return _copied(self._kept[key])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return repr(self._kept)
