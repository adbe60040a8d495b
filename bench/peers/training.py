"""PyTorch's side of bench/training/run.ts: one JSON request per line on stdin, CPU and wall milliseconds on stdout.

Eager mode, float32, one thread; each step gathers its batch from data in memory, as the other side does.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)
nn = torch.nn


def mlp(width, depth):
    layers, size = [], 784
    for _ in range(depth):
        layers += [nn.Linear(size, width), nn.Tanh()]
        size = width
    return nn.Sequential(*layers, nn.Linear(size, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 10))


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=1e-3),
}


class Training:
    """One network with its data."""

    def __init__(self, request):
        shape = [1, 28, 28] if request["network"] == "cnn" else [784]
        self.net = cnn() if request["network"] == "cnn" else mlp(request["width"], request["depth"])
        self.optimizer = OPTIMIZERS[request["optimizer"]](self.net.parameters())
        self.batch = request["batch"]
        self.inputs = torch.randn(request["examples"], *shape)
        self.labels = torch.randint(0, 10, (request["examples"],))
        self.loss = nn.CrossEntropyLoss()

    def run(self, steps):
        order = torch.randperm(len(self.labels))
        per_epoch = len(order) // self.batch
        for step in range(steps):
            rows = order[(step % per_epoch) * self.batch:(step % per_epoch + 1) * self.batch]
            self.optimizer.zero_grad(set_to_none=True)
            value = self.loss(self.net(self.inputs[rows]), self.labels[rows])
            value.backward()
            self.optimizer.step()
        return value.item()


training = None
print(json.dumps({"torch": torch.__version__.split("+")[0]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if "network" in request:
        training = Training(request)
    wall, cpu = time.perf_counter(), time.process_time()
    training.run(request["steps"])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"cpuMs": cpu * 1e3, "wallMs": wall * 1e3}), flush=True)
