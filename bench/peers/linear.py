"""SciPy's side of bench/linear/run.ts: one JSON request per line on stdin, CPU and wall milliseconds on stdout."""

import json
import os
import sys
import time

threads = os.environ["OPENBLAS_NUM_THREADS"]

import numpy as np
import scipy
from scipy import linalg


class Inputs:
    """The matrices of one size, made once."""

    def __init__(self, n):
        rng = np.random.default_rng(n)
        self.a = rng.standard_normal((n, n))
        self.b = rng.standard_normal((n, n))
        self.symmetric = self.a + self.a.T
        self.positive = self.a @ self.a.T + n * np.eye(n)


OPERATIONS = {
    "product": lambda x: x.a @ x.b,
    "cholesky": lambda x: linalg.cholesky(x.positive, lower=True),
    "eigenvalues": lambda x: linalg.eigvalsh(x.symmetric),
    "eigenvectors": lambda x: linalg.eigh(x.symmetric, driver="evd"),
    "solve": lambda x: linalg.solve(x.a, x.b),
    "qr": lambda x: linalg.qr(x.a, mode="economic"),
    "svd": lambda x: linalg.svd(x.a, full_matrices=False),
    "singular values": lambda x: linalg.svdvals(x.a),
}

inputs = {}
print(json.dumps({"numpy": np.__version__, "scipy": scipy.__version__, "threads": threads}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    n, calls = request["n"], request["calls"]
    if n not in inputs:
        inputs = {n: Inputs(n)}
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        OPERATIONS[request["operation"]](inputs[n])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"cpuMs": cpu * 1e3 / calls, "wallMs": wall * 1e3 / calls}), flush=True)
