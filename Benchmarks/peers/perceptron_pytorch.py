"""The same training as `winnow measure-table`, as it is usually written in PyTorch.

Run: python perceptron_pytorch.py EPOCHS   (PyTorch 2.11)
"""

import json
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

ROWS, INPUTS, HIDDEN, OUTPUTS = 607, 10, 30, 7


def draws():
    state = 2024
    while True:
        state = (state * 1664525 + 1013904223) % 2**32
        yield (state >> 8) * 2.0**-24


def main():
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    torch.set_num_threads(1)  # one thread is the faster for a net of this size
    torch.manual_seed(1)
    draw = draws()
    x = torch.tensor([[2 * next(draw) - 1 for _ in range(INPUTS)] for _ in range(ROWS)])
    y = torch.tensor([min(6, int(7 * next(draw))) for _ in range(ROWS)])
    net = torch.nn.Sequential(
        torch.nn.Linear(INPUTS, HIDDEN), torch.nn.Sigmoid(), torch.nn.Linear(HIDDEN, OUTPUTS)
    )
    with torch.no_grad():
        for layer, scale in ((net[0], 0.3), (net[2], 0.18)):
            shape = layer.weight.shape
            rows = [[scale * (2 * next(draw) - 1) for _ in range(shape[1])] for _ in range(shape[0])]
            layer.weight.copy_(torch.tensor(rows))
            layer.bias.zero_()
    loader = DataLoader(TensorDataset(x, y), batch_size=1, shuffle=True)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)
    criterion = torch.nn.CrossEntropyLoss()
    began = time.perf_counter()
    for _ in range(epochs):
        for rows, labels in loader:
            optimizer.zero_grad()
            loss = criterion(net(rows), labels)
            loss.backward()
            optimizer.step()
    seconds = time.perf_counter() - began
    with torch.no_grad():
        final = criterion(net(x), y).item()
    print(json.dumps({"seconds": seconds, "epochs": epochs, "loss": final}))


if __name__ == "__main__":
    main()
