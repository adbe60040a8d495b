# Writes test/fixtures/networks-activations.json (run from the repository root): torch autograd in float64.
import json, math, torch
import torch.nn.functional as F
torch.set_default_dtype(torch.float64)
fs = {
 "linear": lambda x: x*1, "relu": F.relu, "leaky-relu": lambda x: F.leaky_relu(x, 0.01), "leaky-relu:0.2": lambda x: F.leaky_relu(x, 0.2),
 "tanh": torch.tanh, "erf": torch.erf, "sigmoid": torch.sigmoid, "gelu": F.gelu, "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
 "silu": F.silu, "elu": F.elu, "elu:0.5": lambda x: F.elu(x, 0.5), "selu": F.selu, "softplus": F.softplus, "hard-tanh": F.hardtanh, "sin": torch.sin,
 "x*sigmoid(1.5*x)": lambda x: x*torch.sigmoid(1.5*x), "erf(sqrt(pi)*x/2)": lambda x: torch.erf(math.sqrt(math.pi)*x/2),
 "-x^2 + 3*x - 2/(1+x^2)": lambda x: -x**2+3*x-2/(1+x**2), "max(x, 0.1*x)": lambda x: torch.maximum(x, 0.1*x),
 "min(tanh(x), exp(-abs(x)))": lambda x: torch.minimum(torch.tanh(x), torch.exp(-x.abs())), "(1.5+cos(x))^(1+x/10)": lambda x: (1.5+torch.cos(x))**(1+x/10),
 "log(1+x^2)*sqrt(2+sin(x))": lambda x: torch.log(1+x**2)*torch.sqrt(2+torch.sin(x)), "2^-x": lambda x: 2**(-x),
 "x*softplus(tanh(x)) + elu(x)*hard_tanh(x)": lambda x: x*F.softplus(torch.tanh(x)) + F.elu(x)*F.hardtanh(x),
}
xs = [-6.25, -2.3, -0.71, -0.05, 0.03, 0.4, 1.7, 5.5]
out = {}
for name, f in fs.items():
    x = torch.tensor(xs, requires_grad=True)
    y = f(x)
    (d,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    (s,) = torch.autograd.grad(d.sum(), x, allow_unused=True) if d.requires_grad else (None,)
    out[name] = {"f": y.tolist(), "derivative": d.tolist(), "secondDerivative": (s if s is not None else torch.zeros_like(x)).tolist()}
json.dump({"source": "test/networks/activations/reference.py: torch 2.15.0 autograd in float64: value, first and second derivative at x", "x": xs, "functions": out}, open("test/fixtures/networks-activations.json","w"), indent=1)
