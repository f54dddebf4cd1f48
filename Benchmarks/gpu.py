#!/usr/bin/env python3
"""Checks and times Winnow on an NVIDIA GPU within ten minutes, on a machine with PyTorch and no Swift.

Benchmarks/gpu.py pack                        here: .gpu/pack.tar.xz, of a program built for any machine (README.md beside)
Benchmarks/gpu.py run [--device cuda] [--seconds 540] [--winnow FILE] [--out DIR] [--quick]

`run` first checks: pictures varied on the device against the CPU's, a short training on the device against the CPU's, a
recorded step (CUDA graph) against the usual one. Then it times the step, beside PyTorch's usual script, channels-last, and
torch.compile (Benchmarks/peers/train_step.py), and as much of the `paper` preset with one seed as there is time for, from
which Winnow says how long the rest takes. One line of JSON for each, also in DIR/results.jsonl; status 1 where a check
failed. What there is no time for is left out, and that is said. `--device cpu --quick` tries the script itself out.
"""

import argparse
import json
import lzma
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACK = ROOT / ".gpu/pack.tar.xz"
PEER = ROOT / "Benchmarks/peers/train_step.py"
ENGINE = "libwinnow_graph.so"
# Libraries that every Linux, or PyTorch, brings.
COMMON = ("linux-vdso", "ld-linux", "libc.", "libm.", "libdl.", "libpthread.", "librt.", "libutil.", "libgcc_s.",
          "libstdc++.", "libtorch", "libc10", "libgomp", "libcu", "libnv")


def pack(options):
    """The program without its symbols, the libraries that it needs and PyTorch does not bring, and what records steps."""
    PACK.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bin").mkdir()
        (folder / "lib").mkdir()
        subprocess.run(["strip", "-o", folder / "bin/winnow", options.winnow], check=True)
        listed = subprocess.run(["ldd", options.winnow], capture_output=True, text=True, check=True).stdout
        for words in (line.split() for line in listed.splitlines()):
            if len(words) > 2 and words[1] == "=>" and not words[0].startswith(COMMON):
                shutil.copy(os.path.realpath(words[2]), folder / "lib" / words[0])
        engine = ROOT / ".dependencies/python/torch/lib" / ENGINE
        if not engine.exists():
            sys.exit(f"error: no {engine}: run  scripts/setup --cuda-engine")
        shutil.copy(engine, folder / "lib")
        with lzma.open(PACK, "wb", preset=9) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
            for name in ("bin", "lib"):
                archive.add(folder / name, arcname=name)
    print(f"{PACK}: {PACK.stat().st_size / 2**20:.1f} MiB")


class Run:
    """Where things are, how much time is left, and what was found."""

    def __init__(self, options):
        self.options = options
        self.end = time.monotonic() + options.seconds
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="winnow-gpu-"))
        self.out = pathlib.Path(options.out or self.folder)
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "results.jsonl").write_text("")
        self.failed = False
        self.graphs = options.device != "cpu"
        # Threads wait passively on both sides; the libraries of the pack are Winnow's alone.
        self.peers = dict(os.environ, OMP_WAIT_POLICY="passive")
        self.environment = dict(self.peers)
        self.winnow = options.winnow or self.unpacked()

    def unpacked(self):
        import torch

        with lzma.open(PACK) as packed, tarfile.open(fileobj=packed) as archive:
            archive.extractall(self.folder)
        libraries = [pathlib.Path(torch.__file__).parent / "lib", self.folder / "lib"]
        self.environment["LD_LIBRARY_PATH"] = ":".join([*map(str, libraries), os.environ.get("LD_LIBRARY_PATH", "")])
        return self.folder / "bin/winnow"

    @property
    def left(self):
        return self.end - time.monotonic()

    def tell(self, name, **facts):
        line = json.dumps({"name": name, **facts})
        print(line, flush=True)
        with (self.out / "results.jsonl").open("a") as file:
            file.write(line + "\n")

    def check(self, name, holds, **facts):
        self.failed = self.failed or not holds
        self.tell(name, holds=bool(holds), **facts)

    def said(self, command, needs=5, most=240):
        """What a command prints; None, and a line that says why, where it fails or no time is left for it."""
        words = [str(word) for word in command]
        if self.left < needs:
            return self.tell("left out", command=words[1:], why="no time left")
        environment = self.environment if words[0] == str(self.winnow) else self.peers
        try:
            done = subprocess.run(words, capture_output=True, text=True, env=environment,
                                  timeout=min(most, max(self.left, 5)))
        except subprocess.TimeoutExpired:
            return self.tell("left out", command=words[1:], why="took too long")
        if done.returncode != 0:
            self.failed = True
            return self.tell("failed", command=words[1:], status=done.returncode, why=done.stderr[-1500:])
        return done.stdout

    def measured(self, command, **limits):
        text = self.said(command, **limits)
        return json.loads(text.strip().splitlines()[-1]) if text else None


def tell_machine(run):
    import torch

    on_gpu = run.options.device != "cpu"
    run.tell("machine", torch=torch.__version__, cores=os.cpu_count(),
             device=torch.cuda.get_device_name() if on_gpu and torch.cuda.is_available() else run.options.device)


def make_pictures(folder, classes, each, size):
    """Noise around a colour for each class: enough to be learnt."""
    import torch
    import torchvision

    torch.manual_seed(1)
    for index in range(classes):
        place = folder / f"class{index}"
        place.mkdir(parents=True)
        colour = torch.randint(60, 196, (3, 1, 1))
        for number in range(each):
            picture = (colour + torch.randint(-60, 60, (3, size, size))).to(torch.uint8)
            torchvision.io.write_png(picture, str(place / f"{number}.png"), 1)
    return folder


# --- checks ---------------------------------------------------------------------------------------


def check_augmentation(run):
    size = 32 if run.options.quick else 224
    found = run.measured([run.winnow, "measure-augmentation", "--resident", "--device", run.options.device, "--size", size,
                          "--steps", "21"])
    if found:
        run.check("pictures varied on the device: largest difference to the CPU's", found["difference"] < 1e-5, **found)


def trained(run, data, name, device, *more):
    """The first epoch's loss and the last one's on the validation pictures, and the seconds of all."""
    start = time.monotonic()
    text = run.said([run.winnow, "finetune", "--data", data, "--groups", "none", "--weights", "none", "--size", "64",
                     "--epochs", "2", "--augmentation", "fresh", "--seed", "3", "--json", "--device", device,
                     "-o", run.folder / f"{name}.safetensors", *more])
    if not text:
        return None
    history = json.loads(text)["history"]
    facts = {"first": history[0]["trainLoss"], "last": history[-1]["evaluation"]["loss"],
             "seconds": time.monotonic() - start}
    run.tell(f"training, {name}", **facts)
    return facts


def check_trainings(run):
    data = make_pictures(run.folder / "small", 4, 12 if run.options.quick else 60, 64)
    device = run.options.device
    cpu = trained(run, data, "cpu", "cpu")
    eager = trained(run, data, "device", device)
    mixed = trained(run, data, "device-mixed", device, "--precision", "mixed")
    pairs = [("the device against the CPU", eager, cpu), ("mixed against float32", mixed, eager)]
    if run.graphs:
        graph = trained(run, data, "graph", device, "--cuda-graph")
        both = trained(run, data, "graph-mixed", device, "--cuda-graph", "--precision", "mixed")
        pairs += [("a recorded step against the usual one", graph, eager), ("the same, mixed", both, mixed)]
        run.graphs = graph is not None
    for name, one, other in pairs:
        if one and other:
            # Roundings grow from step to step; something wrong shows at once.
            far = abs(one["first"] - other["first"]) / other["first"]
            run.check(name, far < 0.03, difference_of_first_loss=far)


# --- times ----------------------------------------------------------------------------------------


def settings(run):
    if run.options.quick:
        return [(["--batch", "4", "--size", "32", "--steps", "2"], "batch 4, 32 px")]
    return [(["--batch", batch, "--size", "224", "--steps", "50"], f"batch {batch}, 224 px") for batch in ("8", "64")]


def time_steps(run):
    for common, words in settings(run):
        for precision in ("float32", "mixed"):
            own = [run.winnow, "measure", "train-step", *common, "--device", run.options.device, "--precision", precision]
            peer = [sys.executable, PEER, *common, "--device", run.options.device,
                    *(["--mixed"] if precision == "mixed" else [])]
            sides = [("winnow", own), ("pytorch, as most people write it", peer)]
            if run.options.device != "cpu":
                sides.append(("pytorch, channels-last", [*peer, "--tuned"]))
            if run.graphs:
                sides.append(("winnow, recorded", [*own, "--cuda-graph"]))
            for name, command in sides:
                if found := run.measured(command, most=90):
                    run.tell(f"step, {precision}, {words}: {name}", seconds=found["seconds"])


def time_compiled(run, mode):
    common, words = settings(run)[0]
    for precision in ("float32", "mixed"):
        command = [sys.executable, PEER, *common, "--device", run.options.device, "--compile", mode,
                   *(["--tuned"] if run.options.device != "cpu" else []),
                   *(["--mixed"] if precision == "mixed" else [])]
        if found := run.measured(command, needs=30, most=120):
            run.tell(f"step, {precision}, {words}: torch.compile, {mode}", seconds=found["seconds"])


def time_paper(run):
    """One seed of the `paper` preset on as many pictures as SFEW has, for as long as there is; then what is left of it."""
    import torch
    import torchvision

    quick = run.options.quick
    printed = run.said([run.winnow, "study", "--print", "paper"])
    if not printed:
        return
    study = json.loads(printed)
    study["seeds"] = [0]
    if quick:
        study["size"], study["training"]["epochs"], study["earlyEpochs"] = 32, 2, 1
    (run.folder / "paper.json").write_text(json.dumps(study))
    weights = []
    for name in ("resnet18", "resnet34"):
        torch.save(getattr(torchvision.models, name)().state_dict(), run.folder / f"{name}.pth")
        weights += ["--weights", f"{name}={run.folder / name}.pth"]
    data = make_pictures(run.folder / "paper", 7, 12 if quick else 97, 64)
    ways = [("usual", [])] + ([("recorded", ["--cuda-graph"])] if run.graphs else [])
    # Reading the pictures and asking how much is left take time too.
    limit = 30 if quick else int(min(120, run.left / len(ways) - 40))
    for name, more in ways:
        out = run.folder / f"paper-{name}"
        command = [run.winnow, "study", run.folder / "paper.json", "--data", data, *weights, "--device",
                   run.options.device, "--out", out]
        if limit < 20 or run.left < limit + 20:
            run.tell("left out", command=f"paper, {name}", why="no time left")
            continue
        working = subprocess.Popen([*map(str, command), *more], env=run.environment, stdout=subprocess.DEVNULL,
                                   stderr=(run.out / f"paper-{name}.log").open("w"))
        try:
            working.wait(limit)
        except subprocess.TimeoutExpired:
            working.send_signal(signal.SIGINT)
            try:
                working.wait(60)
            except subprocess.TimeoutExpired:
                working.kill()
                run.check(f"paper, {name}: stops when it is asked to", False)
        if plan := run.said([*command, "--dry-run"]):
            run.tell(f"paper, one seed, {name}: after {limit} s", left=plan.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["pack", "run"])
    parser.add_argument("--winnow", help="the program (pack: .build-gpu/release/winnow; run: that of the pack)")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=540, help="after which nothing more is begun")
    parser.add_argument("--out", help="where results go (default: a temporary folder)")
    parser.add_argument("--quick", action="store_true", help="small, to try the script out")
    options = parser.parse_args()
    if options.what == "pack":
        options.winnow = options.winnow or ROOT / ".build-gpu/release/winnow"
        return pack(options)
    run = Run(options)
    tell_machine(run)
    check_augmentation(run)
    check_trainings(run)
    time_steps(run)
    time_compiled(run, "reduce-overhead")
    time_paper(run)
    time_compiled(run, "default")
    print(f"{run.out}/results.jsonl; {'a check FAILED' if run.failed else 'every check that was run holds'}")
    shutil.rmtree(run.folder, ignore_errors=True) if run.out != run.folder else None
    return sys.exit(1 if run.failed else 0)


if __name__ == "__main__":
    main()
