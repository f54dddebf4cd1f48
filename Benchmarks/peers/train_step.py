"""Seconds of one training step of ResNet-18 in PyTorch eager, the step of `winnow measure train-step`.

python Benchmarks/peers/train_step.py [--tuned] [--threads 2] [--steps 10] [--batch 8] [--size 224] [--mixed]
Prints one line of JSON: seconds (the median step), steps, threads. The step is forward, cross-entropy, backward and
SGD with momentum 0.9, on a batch that is already normalised. By default as most people write it; `--tuned` is
channels-last and must be started with jemalloc in LD_PRELOAD. `--mixed` runs forward pass and loss under autocast to
bfloat16.
"""

import argparse
import json
import pathlib
import sys
import time

import torch
import torchvision

WARM_UP = 3
CLASSES = 7


def check_jemalloc():
    if "libjemalloc" not in pathlib.Path("/proc/self/maps").read_text():
        sys.exit("--tuned is with jemalloc: start it with LD_PRELOAD=libjemalloc.so.2")


def step_times(options):
    torch.manual_seed(1)
    network = torchvision.models.resnet18(num_classes=CLASSES).train()
    x = torch.randn(options.batch, 3, options.size, options.size)
    if options.tuned:
        network = network.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    target = torch.arange(options.batch) % CLASSES
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    times = []
    for _ in range(options.steps + WARM_UP):
        start = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=options.mixed):
            loss = criterion(network(x), target)
        loss.backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuned", action="store_true", help="channels-last and jemalloc")
    parser.add_argument("--mixed", action="store_true", help="autocast to bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    options = parser.parse_args()
    if options.tuned:
        check_jemalloc()
    torch.set_num_threads(options.threads)
    times = sorted(step_times(options)[WARM_UP:])
    print(json.dumps({"seconds": times[len(times) // 2], "steps": options.steps, "threads": options.threads}))


if __name__ == "__main__":
    main()
