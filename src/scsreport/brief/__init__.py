"""A brief on the secondary cities of one country, from the book's tables or a reader's own.

``of`` returns frames and figures, ``write`` one page of HTML. Nothing leaves the machine: a brief
holds all that it shows, and fetches nothing.
"""

from scsreport.brief.contents import Brief, Piece
from scsreport.brief.faults import BriefError, FileError
from scsreport.brief.making import of, write
from scsreport.brief.settings import Settings

__all__ = ["Brief", "BriefError", "FileError", "Piece", "Settings", "of", "write"]
