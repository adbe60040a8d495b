"""PyTorch's side of bench/flow/run.ts: the reconstruction cascade of arXiv 2406.12916, float32, eager mode, one thread.

One JSON request per line on stdin, CPU and wall milliseconds on stdout. "train" does the published steps: for every
minibatch and every layer a forward pass without gradient, the decoder's mean squared error, backward, one Adam per
decoder. `adam` chooses PyTorch's implementation: "default" is what torch.optim.Adam(parameters) does on a CPU, "foreach"
and "fused" are its faster variants. "evaluate" reconstructs a batch from every depth with one growing batch.
"""

import json
import math
import sys
import time

import torch

torch.set_num_threads(1)
nn = torch.nn
ADAM = {"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}


class Cascade:
    """A frozen tanh network and its decoders."""

    def __init__(self, width, depth, batch, adam):
        torch.manual_seed(1)
        self.batch, self.width = batch, width
        self.blocks = [nn.Sequential(nn.Linear(width, width), nn.Tanh()) for _ in range(depth)]
        for linear, _ in self.blocks:
            nn.init.normal_(linear.weight, std=math.sqrt(1.76 / width))
            nn.init.normal_(linear.bias, std=math.sqrt(0.05))
        self.decoders = [nn.Sequential(nn.Linear(width, width), nn.Tanh()) for _ in range(depth)]
        self.optimizers = [torch.optim.Adam(g.parameters(), lr=1e-3, **ADAM[adam]) for g in self.decoders]
        self.loss = nn.MSELoss()

    def train(self, batches):
        data = torch.rand(batches, self.batch, self.width)
        for x in data:
            for f, g, optimizer in zip(self.blocks, self.decoders, self.optimizers):
                with torch.no_grad():
                    y = f(x)
                optimizer.zero_grad()
                self.loss(g(y), x).backward()
                optimizer.step()
                x = y

    @torch.no_grad()
    def evaluate(self, examples):
        activations = [torch.rand(examples, self.width)]
        for f in self.blocks:
            activations.append(f(activations[-1]))
        stack = torch.empty(0, self.width)
        for g, y in zip(reversed(self.decoders), reversed(activations[1:])):
            stack = g(torch.cat([stack, y]))
        return stack


cascade, made = None, None
print(json.dumps({"torch": torch.__version__.split("+")[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    key = [request[name] for name in ("width", "depth", "batch", "adam")]
    if key != made:
        cascade, made = None, None
        cascade, made = Cascade(*key), key
        cascade.train(2)
    wall, cpu = time.perf_counter(), time.process_time()
    if "evaluate" in request:
        cascade.evaluate(request["evaluate"])
    else:
        cascade.train(request["batches"])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3}), flush=True)
