"""numba's side of bench/ising/run.ts: one JSON request per line on stdin, CPU and wall milliseconds on stdout.

Checkerboard Metropolis and heat bath with one byte a spin and one 32-bit random number a decision (xorshift, as in the usual fast
programs), and Wolff clusters with a stack; the square lattice on a torus, at the critical temperature. Heat bath, spin after
spin, of a graph in compressed rows that the request "graph" brings.
"""

import json
import sys
import time

import numba
import numpy as np

K = 0.5 * np.log1p(np.sqrt(2.0))


@numba.njit(fastmath=True)
def metropolis(spins, sweeps, thresholds, state):
    size = spins.shape[0]
    x, y, z, w = state
    for _ in range(sweeps):
        for colour in range(2):
            for i in range(size):
                up = spins[i - 1 if i > 0 else size - 1]
                down = spins[i + 1 if i < size - 1 else 0]
                row = spins[i]
                for j in range((i + colour) & 1, size, 2):
                    t = x ^ (x << np.uint32(11))
                    x, y, z = y, z, w
                    w = w ^ (w >> np.uint32(19)) ^ t ^ (t >> np.uint32(8))
                    h = up[j] + down[j] + row[j - 1 if j > 0 else size - 1] + row[j + 1 if j < size - 1 else 0]
                    if w <= thresholds[(h * row[j] + 4) >> 1]:
                        row[j] = -row[j]
    state[0], state[1], state[2], state[3] = x, y, z, w


@numba.njit(fastmath=True)
def heat_bath(spins, sweeps, thresholds, state):
    size = spins.shape[0]
    x, y, z, w = state
    for _ in range(sweeps):
        for colour in range(2):
            for i in range(size):
                up = spins[i - 1 if i > 0 else size - 1]
                down = spins[i + 1 if i < size - 1 else 0]
                row = spins[i]
                for j in range((i + colour) & 1, size, 2):
                    t = x ^ (x << np.uint32(11))
                    x, y, z = y, z, w
                    w = w ^ (w >> np.uint32(19)) ^ t ^ (t >> np.uint32(8))
                    h = up[j] + down[j] + row[j - 1 if j > 0 else size - 1] + row[j + 1 if j < size - 1 else 0]
                    row[j] = 1 if w <= thresholds[(h + 4) >> 1] else -1
    state[0], state[1], state[2], state[3] = x, y, z, w


@numba.njit(fastmath=True)
def heat_bath_graph(spins, offsets, neighbours, sweeps, thresholds, reach, state):
    x, y, z, w = state
    for _ in range(sweeps):
        for i in range(spins.shape[0]):
            h = reach
            for k in range(offsets[i], offsets[i + 1]):
                h += spins[neighbours[k]]
            t = x ^ (x << np.uint32(11))
            x, y, z = y, z, w
            w = w ^ (w >> np.uint32(19)) ^ t ^ (t >> np.uint32(8))
            spins[i] = 1 if w <= thresholds[h] else -1
    state[0], state[1], state[2], state[3] = x, y, z, w


@numba.njit
def wolff(spins, clusters, probability, stack):
    sites = spins.shape[0]
    size = int(np.sqrt(sites))
    flipped = 0
    for _ in range(clusters):
        seed = np.random.randint(sites)
        sign = spins[seed]
        spins[seed] = -sign
        stack[0] = seed
        top = 1
        while top > 0:
            top -= 1
            i = stack[top]
            flipped += 1
            x, y = i % size, i // size
            for k in range(4):
                if k == 0:
                    j = y * size + (x + 1 if x < size - 1 else 0)
                elif k == 1:
                    j = y * size + (x - 1 if x > 0 else size - 1)
                elif k == 2:
                    j = (y + 1 if y < size - 1 else 0) * size + x
                else:
                    j = (y - 1 if y > 0 else size - 1) * size + x
                if spins[j] == sign and np.random.random() < probability:
                    spins[j] = -sign
                    stack[top] = j
                    top += 1
    return flipped


@numba.njit
def set_seed(seed):
    np.random.seed(seed)


def up_thresholds(fields, beta):
    """The probability of a spin to be up in each field, in units of 2^-32."""
    return np.minimum(2.0**32 / (1 + np.exp(-2 * beta * fields)), 2.0**32 - 1).astype(np.uint32)


STATE = [123456789, 362436069, 521288629, 88675123]
graph = {}
lattices = {}
print(json.dumps({"numba": numba.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["algorithm"] == "graph":
        offsets = np.array(request["offsets"], np.uint32)
        reach = int(np.diff(offsets.astype(np.int64)).max())
        graph = {
            "spins": np.ones(len(offsets) - 1, np.int8),
            "offsets": offsets,
            "neighbours": np.array(request["neighbours"], np.uint32),
            "reach": reach,
            "thresholds": up_thresholds(np.arange(-reach, reach + 1), 1 / request["temperature"]),
            "state": np.array(STATE, np.uint32),
        }
        print(json.dumps({"sites": len(offsets) - 1}), flush=True)
        continue
    if request["algorithm"] == "patch":
        rows = (graph["spins"], graph["offsets"], graph["neighbours"])
        wall, cpu = time.perf_counter(), time.process_time()
        heat_bath_graph(*rows, request["count"], graph["thresholds"], graph["reach"], graph["state"])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        flips = request["count"] * len(graph["spins"])
        print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3, "flips": float(flips)}), flush=True)
        continue
    size = request["size"]
    if size not in lattices:
        set_seed(1)
        lattices[size] = {
            "metropolis": np.ones((size, size), np.int8),
            "wolff": np.ones(size * size, np.int8),
            "stack": np.zeros(size * size, np.int32),
            "state": np.array(STATE, np.uint32),
        }
    lattice = lattices[size]
    costs = 2 * np.arange(5) - 4
    thresholds = np.minimum(np.exp(-2 * K * costs) * 2.0**32, 2.0**32 - 1).astype(np.uint32)
    wall, cpu = time.perf_counter(), time.process_time()
    if request["algorithm"] == "metropolis":
        metropolis(lattice["metropolis"], request["count"], thresholds, lattice["state"])
        flips = request["count"] * size * size
    elif request["algorithm"] == "heat-bath":
        heat_bath(lattice["metropolis"], request["count"], up_thresholds(2 * np.arange(5) - 4, K), lattice["state"])
        flips = request["count"] * size * size
    else:
        flips = wolff(lattice["wolff"], request["count"], 1 - np.exp(-2 * K), lattice["stack"])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3, "flips": float(flips)}), flush=True)
