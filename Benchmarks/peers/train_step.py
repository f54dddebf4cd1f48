"""Seconds of one training step of ResNet-18 in PyTorch, the step of `winnow measure train-step`.

python Benchmarks/peers/train_step.py [--tuned] [--threads 2] [--steps 10] [--batch 8] [--size 224] [--mixed]
    [--device cuda] [--compile [MODE]]
Prints one line of JSON: seconds, steps, threads. The step is forward, cross-entropy, backward and SGD with momentum
0.9, on a batch that is already normalised. By default as most people write it; `--tuned` is channels-last, and on the
CPU must be started with jemalloc in LD_PRELOAD. `--mixed` runs forward pass and loss under autocast to bfloat16.
`--compile` runs the network through torch.compile; its mode `reduce-overhead` records CUDA graphs.

On the CPU the seconds are the median step's. A GPU is asked for the next step before one is done, as in a training: there
they are the median of five means, each of `--steps` steps between two waits.
"""

import argparse
import json
import pathlib
import sys
import time

import torch
import torchvision

WARM_UP = 3
TURNS = 5
CLASSES = 7


def check_jemalloc():
    if "libjemalloc" not in pathlib.Path("/proc/self/maps").read_text():
        sys.exit("--tuned is with jemalloc: start it with LD_PRELOAD=libjemalloc.so.2")


def made_step(options):
    torch.manual_seed(1)
    network = torchvision.models.resnet18(num_classes=CLASSES).train().to(options.device)
    x = torch.randn(options.batch, 3, options.size, options.size).to(options.device)
    if options.tuned:
        network = network.to(memory_format=torch.channels_last)
        x = x.to(memory_format=torch.channels_last)
    target = (torch.arange(options.batch) % CLASSES).to(options.device)
    criterion = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9)
    run = torch.compile(network, mode=options.compile) if options.compile else network
    kind = torch.device(options.device).type

    def step():
        optimizer.zero_grad()
        with torch.autocast(kind, torch.bfloat16, enabled=options.mixed):
            loss = criterion(run(x), target)
        loss.backward()
        optimizer.step()

    return step


def step_times(options):
    step = made_step(options)
    on_gpu = torch.device(options.device).type == "cuda"
    wait = torch.cuda.synchronize if on_gpu else lambda: None
    turns, each = (TURNS, options.steps) if on_gpu else (options.steps, 1)
    for _ in range(WARM_UP):
        step()
    times = []
    for _ in range(turns):
        wait()
        start = time.perf_counter()
        for _ in range(each):
            step()
        wait()
        times.append((time.perf_counter() - start) / each)
    return times


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tuned", action="store_true", help="channels-last; on the CPU with jemalloc")
    parser.add_argument("--mixed", action="store_true", help="autocast to bfloat16")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", nargs="?", const="default", metavar="MODE")
    options = parser.parse_args()
    if options.tuned and options.device == "cpu":
        check_jemalloc()
    torch.set_num_threads(options.threads)
    times = sorted(step_times(options))
    print(json.dumps({"seconds": times[len(times) // 2], "steps": options.steps, "threads": options.threads}))


if __name__ == "__main__":
    main()
