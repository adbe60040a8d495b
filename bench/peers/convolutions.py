"""neural-tangents' side of bench/bayes/convolutions.ts: one JSON request per line on stdin, timings, memory and whole matrices on stdout.

Run with "32" (JAX's default precision) or "64" as argument."""

import json
import os
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax

is_double = sys.argv[1] == "64"
if is_double:
    jax.config.update("jax_enable_x64", True)

import neural_tangents as nt
import numpy as np
from neural_tangents import stax

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"neural-tangents": nt.__version__, "jax": jax.__version__, "bytes": peak()}), flush=True)

W, B = 2**0.5, 0.05**0.5
LAYERS = {
    "convolution": lambda: [stax.Conv(1, (3, 3), W_std=W, b_std=B, padding="SAME")],
    "relu": lambda: [stax.Relu()],
    "average-pool": lambda: [stax.AvgPool((2, 2), strides=(2, 2))],
    "global-average-pool": lambda: [stax.GlobalAvgPool()],
    "flatten": lambda: [stax.Flatten()],
    "dense": lambda: [stax.Dense(1, W_std=W, b_std=B)],
}
known = {}


def kernel_of(names):
    key = tuple(names)
    if key not in known:
        layers = [layer for name in names for layer in LAYERS[name]()]
        _, _, kernel = stax.serial(*layers)
        known[key] = jax.jit(lambda x: kernel(x, None, ("nngp", "ntk")))
    return known[key]


for line in sys.stdin:
    request = json.loads(line)
    x = np.fromfile(request["path"], np.float32).reshape(-1, *request["shape"])[: request["count"]]
    x = jax.device_put(np.moveaxis(x, 1, -1).astype(np.float64 if is_double else np.float32))
    kernel = kernel_of(request["layers"])
    wall, cpu = time.perf_counter(), time.process_time()
    result = kernel(x)
    jax.block_until_ready((result.nngp, result.ntk))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    nngp, ntk = (np.asarray(m).astype(float).ravel().tolist() for m in (result.nngp, result.ntk))
    del result
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3, "bytes": peak(), "nngp": nngp, "ntk": ntk}), flush=True)
