"""What a finding hands to the ledger: the rebuilt values of one printed figure."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

__all__ = [
    "Answer",
    "single",
]


class Answer(NamedTuple):
    """The rebuilt values of one printed figure, under every counting that is admissible.

    Attributes
    ----------
    figure : str
        Id in ``data/claim-figures.csv``.
    values : Series
        By name of the counting, in the unit of the figure.
    source : str
        Where the values come from, in words.
    exhibit : str
        Id of the exhibit that shows them.
    headline : str
        The counting of the source; the first one, unless it is named.
    lows, highs : Series, optional
        Ends of the interval of each value, by name of the counting, where values have one.
    covered : float, optional
        Share of those the statement speaks of that the values cover, where they are not all.
    official_file : str
        Kind of official file that the values are made from anew, where a reader has added one.
    """

    figure: str
    values: "pd.Series[Any]"
    source: str
    exhibit: str
    headline: str | None = None
    lows: "pd.Series[Any] | None" = None
    highs: "pd.Series[Any] | None" = None
    covered: float | None = None
    official_file: str = ""

    def rows(self) -> pd.DataFrame:
        """Return one row per counting: its ``value``, its interval, and if it is the headline."""
        names = self.values.index.map(_as_text)
        headline = names[0] if self.headline is None else self.headline
        return pd.DataFrame(
            {
                "figure": self.figure,
                "counting": names,
                "value": self.values.to_numpy(dtype=float),
                "headline": names == headline,
                "our_source": self.source,
                "exhibit": self.exhibit,
                "value_low": self._end(self.lows),
                "value_high": self._end(self.highs),
                "covered": np.nan if self.covered is None else self.covered,
            }
        )

    def _end(self, ends: "pd.Series[Any] | None") -> Any:
        if ends is None:
            return np.nan
        return ends.reindex(self.values.index).to_numpy(dtype=float)


def _as_text(counting: object) -> str:
    """Return the name of a counting that may have several parts, such as year and floor."""
    return ", ".join(map(str, counting)) if isinstance(counting, tuple) else str(counting)


def single(value: float, counting: str = "") -> "pd.Series[float]":
    """Return the values of a figure that can be counted in one way only.

    Parameters
    ----------
    value : float
        The value.
    counting : str
        What the counting is called.

    Returns
    -------
    Series
    """
    return pd.Series({counting: float(value)})
