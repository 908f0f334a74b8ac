"""Connecting systems of secondary cities: the measures behind the executable report."""

from scsreport.tables.datasets import load

__all__ = ["__version__", "load"]
__version__ = "0.1.0"
