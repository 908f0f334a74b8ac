"""A large run in independent parts: here, in processes of this machine, or on a cluster.

An ensemble of a thousand worlds, a bootstrap, the briefs of all countries: each is one function,
called once for each of many parts. What comes out is the same wherever the parts are computed:
part *k* has a random stream of its own, which follows from the seed and *k* alone, and the
libraries of linear algebra use one thread. Where a folder is named, each part is kept in it as soon
as it is finished, so that a run that was interrupted goes on from there.
"""

from scsreport.parts.running import HERE, PROCESSES, Progress, run
from scsreport.parts.task import PartError

__all__ = ["HERE", "PROCESSES", "PartError", "Progress", "run"]
