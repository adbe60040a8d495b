"""PyTorch's side of bench/flow/oracle.ts: Gram entropies of reconstructions on the images of the benchmark.

One JSON request per line on stdin: a file of float32 images (the first 100 are the test batch), the weight variance, the
depths that are reconstructed and the seed of the network. Written from the published method (arXiv 2406.12916), in its
order: for every minibatch and every layer one step of the decoder. `decoders` says how these start: "uniform" is PyTorch's
default, 1/sqrt(fan-in) for weights and biases; "normal" has deviation 1/sqrt(fan-in) and biases 0.
"""

import json
import math
import sys

import numpy as np
import torch

torch.set_num_threads(1)
nn = torch.nn
TEST, BATCH, SIGMA_B2 = 100, 64, 0.05


def gram_entropy(x):
    """Von Neumann entropy over log n of the centred and normalised batch, in float64."""
    x = x.double()
    x = x - x.mean(1, keepdim=True)
    x = x / x.norm(dim=1, keepdim=True)
    p = torch.linalg.svdvals(x) ** 2 / len(x)
    p = p[p > 1e-300]
    return float(-(p * p.log()).sum() / math.log(len(x)))


def dense(width, decoders=None):
    linear = nn.Linear(width, width)
    if decoders == "normal":
        nn.init.normal_(linear.weight, std=1 / math.sqrt(width))
        nn.init.zeros_(linear.bias)
    return linear


def reconstruct(data, sigma_w2, depths, seed, decoders):
    torch.manual_seed(seed)
    images = torch.from_numpy(np.fromfile(data, np.float32)).reshape(-1, 196)
    width, depth = images.shape[1], max(depths)
    layers = [dense(width) for _ in range(depth)]
    for linear in layers:
        nn.init.normal_(linear.weight, std=math.sqrt(sigma_w2 / width))
        nn.init.normal_(linear.bias, std=math.sqrt(SIGMA_B2))
    back = [dense(width, decoders) for _ in range(depth)]
    optimizers = [torch.optim.Adam(g.parameters(), lr=1e-3, fused=True) for g in back]
    for x in images[TEST:].split(BATCH):
        for f, g, optimizer in zip(layers, back, optimizers):
            with torch.no_grad():
                y = torch.tanh(f(x))
            optimizer.zero_grad()
            nn.functional.mse_loss(torch.tanh(g(y)), x).backward()
            optimizer.step()
            x = y
    entropies = []
    with torch.no_grad():
        x = images[:TEST]
        for level, f in enumerate(layers, 1):
            x = torch.tanh(f(x))
            if level not in depths:
                continue
            r = x
            for g in reversed(back[:level]):
                r = torch.tanh(g(r))
            entropies.append(gram_entropy(r))
    return entropies


print(json.dumps({"torch": torch.__version__.split("+")[0]}), flush=True)
for line in sys.stdin:
    q = json.loads(line)
    gram = reconstruct(q["data"], q["sigmaW2"], q["depths"], q["seed"], q["decoders"])
    print(json.dumps({"gram": gram}), flush=True)
