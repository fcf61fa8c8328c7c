"""``make fuzz``: reads very many broken streams and says of how many what must hold did not.

    python -m tests.fuzz [--count N] [--seed N] [--processes N]

The case number N of a run with ``--seed S`` is that of ``--seed S+N --count 1``. Exit code 1 if one failed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.check import failures
from tests.fuzz.streams import make

_BLOCK = 2_000
_SHOWN = 10


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000_000, help="how many streams (1,000,000)")
    parser.add_argument("--seed", type=int, default=0, help="where to begin (0)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="one for each processor")
    return parser.parse_args()


def main() -> int:
    options = _options()
    end = options.seed + options.count
    blocks = [range(start, min(start + _BLOCK, end)) for start in range(options.seed, end, _BLOCK)]
    began, done, failed = time.monotonic(), 0, 0
    with ProcessPoolExecutor(options.processes) as pool:
        for block, found in zip(blocks, pool.map(failures, blocks), strict=True):
            done += len(block)
            failed += len(found)
            for seed, trace in found[: max(0, _SHOWN - failed + len(found))]:
                print(f"\nseed {seed}: {trace}", file=sys.stderr)
            if sys.stderr.isatty():
                print(f"\r{done:,} of {options.count:,}", end="", file=sys.stderr, flush=True)
    if options.count == 1:
        import random

        print(make(random.Random(options.seed)))
    print(f"\n{done - failed} passed, {failed} failed in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
