"""The contestants that train a small network; see contestants.py for what a contestant is."""

import itertools
import time

import numpy as np


def _network_case(case):
    """Return rows whose target no line fits, and the first weights and biases of each layer."""
    random = np.random.default_rng(0)
    dtype = np.dtype(case["dtype"])
    X = random.standard_normal((case["rows"], case["columns"]), dtype=dtype)
    y = np.tanh(X @ random.standard_normal(case["columns"]).astype(dtype) / 4)[:, None]
    sizes = [case["columns"], *case["hidden"], 1]
    layers = []
    for before, after in itertools.pairwise(sizes):
        W = random.standard_normal((before, after), dtype=dtype) / dtype.type(np.sqrt(before))
        layers.append((W, np.zeros(after, dtype)))
    return X, y, layers


def _network_loss(X, y, layers):
    """Return the mean squared error of a tanh network, computed the same way for everybody."""
    sums = 0.0
    for start in range(0, len(X), 8192):
        part = X[start : start + 8192].astype(np.float64)
        for W, b in layers[:-1]:
            part = np.tanh(part @ W + b)
        W, b = layers[-1]
        sums += float(((part @ W + b - y[start : start + 8192]) ** 2).sum())
    return sums / len(X)


def steepest_network(case):
    """Train our network through ``minimize``, by its own clock: it stands still at both ends."""
    from steepest import Network, minimize
    from steepest.programs.training import network_program

    X, y, layers = _network_case(case)
    network = Network((case["columns"], *case["hidden"], 1))
    start = np.concatenate([one.ravel() for layer in layers for one in layer])[:, None]
    program = network_program(network, (X, y), start=start, dtype=case["dtype"])

    def work():
        started = time.perf_counter()
        trace = minimize(
            program,
            method="mini-batch",
            batch_size=case["batch_size"],
            learning_rate=case["rate"],
            epochs=case["epochs"],
            tolerance=0.0,
        )
        ends = time.perf_counter() - started - trace.last("seconds")
        numbers = (X, y, network.split(trace.parameters))
        updates = trace.ending.facts["updates"]
        return lambda: {"loss": _network_loss(*numbers), "updates": updates, "take_off": ends}

    return work


def torch_network(case):
    """Train it in PyTorch: as tutorials do (loader), with autograd, or by hand without it."""
    import torch

    torch.set_num_threads(case["threads"])
    X, y, layers = _network_case(case)
    Xt, yt = torch.from_numpy(X), torch.from_numpy(y)
    size, rate, how = case["batch_size"], case["rate"], case["engine"]

    def finished(weights):
        found = [(W.detach().numpy(), b.detach().numpy()) for W, b in weights]
        updates = case["epochs"] * -(-len(X) // size)
        return lambda: {"loss": _network_loss(X, y, found), "updates": updates}

    def module():
        parts = []
        for W, b in layers:
            linear = torch.nn.Linear(*W.shape, dtype=Xt.dtype)
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(W.T.copy()))
                linear.bias.copy_(torch.from_numpy(b))
            parts += [linear, torch.nn.Tanh()]
        return torch.nn.Sequential(*parts[:-1])

    def with_autograd():
        net = module()
        steps = torch.optim.SGD(net.parameters(), lr=rate)
        mean = torch.nn.MSELoss()
        rows = torch.utils.data.TensorDataset(Xt, yt)
        loader = torch.utils.data.DataLoader(rows, batch_size=size, shuffle=True)
        for _ in range(case["epochs"]):
            for xb, yb in loader if how == "loader" else _batches():
                steps.zero_grad()
                mean(net(xb), yb).backward()
                steps.step()
        return finished([(one.weight.T, one.bias) for one in net[::2]])

    def _batches():
        order = torch.randperm(len(X))
        return zip(Xt[order].split(size), yt[order].split(size), strict=True)

    def by_hand():
        weights = [(torch.from_numpy(W.copy()), torch.from_numpy(b.copy())) for W, b in layers]
        with torch.no_grad():
            for _ in range(case["epochs"]):
                for xb, yb in _batches():
                    outputs = [xb]
                    for W, b in weights[:-1]:
                        outputs.append(torch.addmm(b, outputs[-1], W).tanh_())
                    W, b = weights[-1]
                    factor = torch.addmm(b, outputs[-1], W).sub_(yb).mul_(2.0 / len(xb))
                    for place in range(len(weights) - 1, -1, -1):
                        (W, b), before = weights[place], outputs[place]
                        back = None
                        if place:
                            back = (factor @ W.t()).mul_(1.0 - before * before)
                        W.addmm_(before.t(), factor, alpha=-rate)
                        b.sub_(factor.sum(0), alpha=rate)
                        factor = back
        return finished(weights)

    return by_hand if how == "by hand" else with_autograd
