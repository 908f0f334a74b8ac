"""Figures and tables of the book, one module per chapter."""
