"""The open data set ``world-systems-of-cities``: findings as files that others use and cite.

What the tables hold is gathered in :mod:`scsreport.findings.dataset`; here they become files.
"""
