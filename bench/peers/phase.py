"""NumPy's side of bench/signal/phase.ts: the straightforward phase diagram of tanh, one request per line on stdin.

q* by iterating the variance map on the whole grid at once (81 Gauss-Hermite nodes), chi_1 from it, c* where chi_1 > 1 by
bisection of the correlation map with a 40 x 40 Gauss-Hermite product, row by row. One thread.
"""

import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np


def hermite(n):
    nodes, weights = np.polynomial.hermite_e.hermegauss(n)
    return nodes, weights / np.sqrt(2 * np.pi)


def fixed_points(sw2, sb2, tolerance=1e-10):
    z, w = hermite(81)
    q = np.ones(sw2.shape)
    for _ in range(10000):
        new = sw2 * (np.tanh(np.sqrt(q)[..., None] * z) ** 2 @ w) + sb2
        change = np.max(np.abs(new - q))
        q = new
        if change < tolerance:
            break
    chi1 = sw2 * (np.cosh(np.sqrt(q)[..., None] * z) ** -4.0 @ w)
    return q, chi1


def correlations(sw2, sb2, q, chi1, steps=30):
    z, w = hermite(40)
    z1, z2 = np.meshgrid(z, z, indexing="ij")
    weights = np.outer(w, w)
    c = np.ones(sw2.shape)
    for row in range(sw2.shape[0]):
        mask = chi1[row] > 1
        if not mask.any():
            continue
        root = np.sqrt(q[row][mask])[:, None, None]
        first = np.tanh(root * z1)
        low, high = np.zeros(mask.sum()), np.ones(mask.sum()) - 1e-9
        for _ in range(steps):
            middle = (low + high) / 2
            second = np.tanh(root * (middle[:, None, None] * z1 + np.sqrt(1 - middle**2)[:, None, None] * z2))
            mapped = (sw2[row][mask] * np.einsum("nij,nij,ij->n", first, second, weights) + sb2[row][mask]) / q[row][mask]
            above = mapped > middle
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        c[row][mask] = (low + high) / 2
    return c


print(json.dumps({"python": sys.version.split()[0], "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    wall, cpu = time.perf_counter(), time.process_time()
    sw2, sb2 = np.meshgrid(
        np.linspace(*request["sigmaW2"], request["nx"]), np.linspace(*request["sigmaB2"], request["ny"])
    )
    q, chi1 = fixed_points(sw2, sb2)
    c = correlations(sw2, sb2, q, chi1)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    answer = {"cpuMs": cpu * 1e3, "wallMs": wall * 1e3}
    if request.get("values"):
        answer |= {"q": q.ravel().tolist(), "c": c.ravel().tolist(), "chi1": chi1.ravel().tolist()}
    print(json.dumps(answer), flush=True)
