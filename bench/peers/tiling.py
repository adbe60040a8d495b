"""hypertiling's side of bench/tiling/run.ts: one JSON request per line on stdin, CPU and wall milliseconds on stdout.

Kernels: GRC (2025, combinatorial, the fastest), GRG and GRGS (reflections with coordinates). Graphs only, no plotting; numba compiles when
the program starts and with the first small tiling of every kernel, which is not timed.
"""

import contextlib
import gc
import io
import json
import sys
import time

with contextlib.redirect_stdout(io.StringIO()):
    import numba
    import numpy as np
    from hypertiling.kernel.GRC import GRC
    from hypertiling.kernel.GRG import GenerativeReflectionGraph
    from hypertiling.kernel.GRGS import GenerativeReflectionGraphStatic
from importlib.metadata import version


def build(kernel, p, q, layers):
    if kernel == "GRC":
        return GRC(p, q, layers, sector=False, nbrs=True)
    if kernel == "GRC sector":
        return GRC(p, q, layers, sector=True, nbrs=True)
    if kernel == "GRG sector":
        return GenerativeReflectionGraph(p, q, layers)
    return GenerativeReflectionGraphStatic(p, q, layers)


def arrays(graph):
    return sum(value.nbytes for value in vars(graph).values() if isinstance(value, np.ndarray))


print(
    json.dumps({"hypertiling": version("hypertiling"), "numba": numba.__version__, "numpy": np.__version__}), flush=True
)
for line in sys.stdin:
    request = json.loads(line)
    arguments = (request["kernel"], request["p"], request["q"], request["layers"])
    with contextlib.redirect_stdout(io.StringIO()):
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        graph = build(*arguments)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        cells, size = len(graph), arrays(graph)
        del graph
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3, "cells": int(cells), "bytes": int(size)}), flush=True)
