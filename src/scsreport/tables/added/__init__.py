"""How a reader's own file is opened, judged and kept; :mod:`scsreport.tables.official_files` calls.

``opened`` takes the bytes, ``lines`` and ``workbook`` the cells, ``codes`` and ``sums`` know what
is meant, ``regional_population`` and ``wup2018`` judge one kind each, ``kept`` keeps.
"""
