"""neural-tangents' side of bench/bayes/kernels.ts: one JSON request per line on stdin, timings, memory and sampled entries on stdout.

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
ACTIVATIONS = {"relu": stax.Relu, "erf": stax.Erf}
print(
    json.dumps({"neural-tangents": nt.__version__, "jax": jax.__version__, "numpy": np.__version__, "bytes": peak()}),
    flush=True,
)
known = {}


def kernel_of(request):
    key = (request["activation"], request["depth"], request["jit"])
    if key not in known:
        w, b = request["weightVariance"] ** 0.5, request["biasVariance"] ** 0.5
        layers = []
        for _ in range(request["depth"]):
            layers += [stax.Dense(1, W_std=w, b_std=b), ACTIVATIONS[request["activation"]]()]
        _, _, kernel = stax.serial(*layers, stax.Dense(1, W_std=w, b_std=b))
        function = lambda x: kernel(x, None, ("nngp", "ntk"))
        known[key] = jax.jit(function) if request["jit"] else function
    return known[key]


inputs = {}
for line in sys.stdin:
    request = json.loads(line)
    path = request["path"]
    if path not in inputs:
        x = np.fromfile(path, np.float64).reshape(-1, request["features"])
        inputs = {path: jax.device_put(x.astype(np.float64 if is_double else np.float32))}
    kernel = kernel_of(request)
    wall, cpu = time.perf_counter(), time.process_time()
    result = kernel(inputs[path])
    jax.block_until_ready((result.nngp, result.ntk))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    i, j = np.array(request["rows"]), np.array(request["columns"])
    nngp, ntk = (np.asarray(m)[i, j].astype(float).tolist() for m in (result.nngp, result.ntk))
    del result
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3, "bytes": peak(), "nngp": nngp, "ntk": ntk}), flush=True)
