"""Writes Tests/Fixtures/networks/resnet18-autocast.safetensors: torchvision's ResNet-18 in mixed precision.

The network, pictures and labels of networks_resnet.py, inside torch.autocast("cpu", torch.bfloat16): scores
in both modes, the loss of the scores as float32, every parameter's gradient at 48 spread positions, and the
running statistics after that one step. Processors with and without bfloat16 instructions round sums in
another order, and so do the memory formats. So the script calls itself for each kind, with all its threads
and with one; what is stored is one of them, `off.<name>` how far the others stray from it at most, and
`float32.<name>` how far the result in float32 is from it: further, or the fixture would tell nothing.

    python Tests/Fixtures/make/networks_autocast.py      (torch 2.11, torchvision, safetensors)
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import torch
import torchvision
from networks_resnet import CLASSES, OUT, fill, spread
from safetensors.torch import load_file, save_file

KINDS = ["AVX2", "AVX512_CORE", "AVX512_CORE_BF16"]


def results(memory_format, enabled):
    model = torchvision.models.resnet18(num_classes=CLASSES)
    with torch.no_grad():
        fill(model)
    x = torch.randn((4, 3, 64, 64), generator=torch.Generator().manual_seed(12))
    model, x = model.to(memory_format=memory_format), x.to(memory_format=memory_format)
    out = {}
    model.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=enabled):
        scores = model(x)
        assert (scores.dtype == torch.bfloat16) == enabled
        out["eval"] = scores.float()
    model.train()
    with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
        scores = model(x).float()
        loss = torch.nn.functional.cross_entropy(scores, torch.arange(4) % CLASSES)
    loss.backward()
    out["train"], out["loss"] = scores.detach(), loss.detach().reshape(1)
    for name, tensor in model.named_parameters():
        assert tensor.grad.dtype == torch.float32
        out["grad." + name] = spread(tensor.grad).float()
    for name, tensor in model.named_buffers():
        out["after." + name] = spread(tensor).float()
    return out


def write_kind(file):
    formats = {"rows": torch.contiguous_format, "channels": torch.channels_last}
    save_file(
        {
            f"{name}/{threads}/{enabled}/{key}": value.clone()
            for name, memory_format in formats.items()
            for threads in [1, 2]
            for enabled in [True, False]
            if torch.set_num_threads(threads) is None
            for key, value in results(memory_format, enabled).items()
        },
        file,
    )


def main():
    mixed, full = [], []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            file = pathlib.Path(folder, kind)
            environment = {**os.environ, "ONEDNN_MAX_CPU_ISA": kind}
            subprocess.run([sys.executable, __file__, str(file)], check=True, env=environment)
            runs = {}
            for name, value in load_file(file).items():
                form, threads, enabled, key = name.split("/")
                runs.setdefault((form, threads, enabled), {})[key] = value
            mixed += [run for name, run in runs.items() if name[2] == "True"]
            full += [run for name, run in runs.items() if name[2] == "False"]
    out = {}
    for key, value in mixed[-1].items():
        out[key] = value
        out["off." + key] = torch.stack([(value - run[key]).abs().max() for run in mixed]).max().reshape(1)
        out["float32." + key] = torch.stack([(value - run[key]).abs().max() for run in full]).min().reshape(1)
    save_file(out, OUT / "resnet18-autocast.safetensors")
    (OUT / "resnet18-autocast.safetensors").chmod(0o644)
    for key in ["eval", "train", "loss", "grad.conv1.weight", "grad.fc.weight", "after.bn1.running_mean"]:
        scale = out[key].abs().max().item()
        print(f"{key:24} largest {scale:.4g}  off {out['off.' + key].item():.3g}  float32 {out['float32.' + key].item():.3g}")


if __name__ == "__main__":
    write_kind(sys.argv[1]) if len(sys.argv) > 1 else main()
