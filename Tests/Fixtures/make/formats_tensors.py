"""Writes the .pth and .safetensors fixtures of FormatsTests with PyTorch, and what they hold as JSON.

    python formats_tensors.py            writes ../formats/*.pth, *.safetensors, tensors.json
    python formats_tensors.py --check    reads ../formats/written.* (Winnow's own writers) back

The JSON comes from torch.load of the written file, so PyTorch is the oracle.
"""
import argparse
import json
import os
import pathlib
import sys
from collections import OrderedDict

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).resolve().parent.parent / "formats"
DTYPES = {
    "float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16,
    "float64": torch.float64, "int64": torch.int64, "int32": torch.int32, "int16": torch.int16,
    "int8": torch.int8, "uint8": torch.uint8, "bool": torch.bool,
}


def plain(tensor):
    """A tensor as JSON: dtype, shape, values in row-major order (exact: floats as float64)."""
    values = tensor.detach().contiguous().reshape(-1)
    values = values.to(torch.float64) if tensor.is_floating_point() else values.to(torch.int64)
    return {"dtype": str(tensor.dtype).removeprefix("torch."), "shape": list(tensor.shape),
            "values": values.tolist()}


def all_dtypes():
    """Every dtype; extremes, subnormals and -0 among the floats."""
    ramp = torch.tensor([0.0, -0.0, 1.5, -2.25, 65504.0, 6e-8])
    out = OrderedDict((n, ramp.to(t)) for n, t in DTYPES.items() if t.is_floating_point)
    out |= {n: torch.tensor([[0, 1, 127], [-1, -128, 5]]).to(t) for n, t in DTYPES.items()
            if not t.is_floating_point and n not in ("uint8", "bool")}
    out["uint8"] = torch.tensor([0, 255, 7], dtype=torch.uint8)
    out["bool"] = torch.tensor([True, False, True])
    out["scalar"] = torch.tensor(42)
    out["empty"] = torch.zeros(0, 3)
    return out


def strided():
    """Views: transposed, sliced, expanded, channels-last, and two tensors on one storage."""
    base = torch.arange(24.0).reshape(4, 6)
    pictures = torch.arange(48.0).reshape(2, 3, 2, 4)
    return OrderedDict(
        base=base, transposed=base.t(), sliced=base[1:3, 2:5], rows=base[2:], stepped=base[::2, ::3],
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 5), element=base[3, 4],
        channels_last=pictures.contiguous(memory_format=torch.channels_last))


def network():
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(4, 2))


class Evil:
    def __reduce__(self):
        return os.system, ("echo a pickle ran this",)


def write():
    net = network()
    state = net.state_dict()
    optimiser = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    for parameter in net.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    checkpoint = {
        "epoch": 3, "best": np.float64(0.5), "args": argparse.Namespace(lr=0.1, name="run"),
        "state_dict": OrderedDict(("module." + k, v) for k, v in state.items()),
        "optimizer": optimiser.state_dict(), "shape": torch.Size([2, 3]),
    }
    legacy = {"_use_new_zipfile_serialization": False}
    files = {
        "dtypes": (all_dtypes(), {}), "dtypes-legacy": (all_dtypes(), legacy),
        "strided": (strided(), {}), "strided-legacy": (strided(), legacy),
        "network": (state, {}), "network-legacy": (state, legacy),
        "network-protocol4": (state, {"pickle_protocol": 4}),
        "parameters": (OrderedDict(net.named_parameters()), {}),
        "nested": (checkpoint, {}), "nested-legacy": (checkpoint, legacy),
        "nested-model": ({"model": state, "epoch": 1}, {}),
    }
    facts = {}
    for name, (value, options) in files.items():
        path = HERE / f"{name}.pth"
        torch.save(value, path, **options)
        loaded = torch.load(path, weights_only=False)
        loaded = loaded.get("state_dict", loaded.get("model", loaded))
        facts[path.name] = [{"name": k, **plain(v)} for k, v in loaded.items()]
    torch.save({"weight": Evil()}, HERE / "evil.pth")
    torch.save({"weight": Evil()}, HERE / "evil-legacy.pth", **legacy)
    torch.save(net, HERE / "whole-network.pth")
    path = HERE / "dtypes.safetensors"
    save_file({k: v.contiguous() for k, v in all_dtypes().items()}, path,
              metadata={"architecture": "test", "quote": 'a "b"\\\n\u00e9'})
    with safe_open(path, "pt") as f:
        facts[path.name] = [{"name": k, **plain(f.get_tensor(k))} for k in f.keys()]
    (HERE / "tensors.json").write_text(json.dumps(facts, indent=0).replace("\n", " ") + "\n")


def check():
    """Reads what SwiftPM's test wrote (WINNOW_REGENERATE=1) and compares it with dtypes.pth."""
    expected = torch.load(HERE / "dtypes.pth", weights_only=True)
    for path, loaded in [
        ("written.pth", torch.load(HERE / "written.pth", weights_only=True)),
        ("written.pth, mapped", torch.load(HERE / "written.pth", weights_only=True, mmap=True)),
        ("written.safetensors", load_file(HERE / "written.safetensors")),
    ]:
        assert set(loaded) == set(expected), path
        for name, tensor in expected.items():
            same = torch.equal(loaded[name], tensor) and loaded[name].dtype == tensor.dtype
            assert same and loaded[name].shape == tensor.shape, (path, name)
        print(path, "reads back equal,", len(loaded), "tensors,", type(loaded).__name__)
    with safe_open(HERE / "written.safetensors", "pt") as f:
        print("metadata", f.metadata())


check() if "--check" in sys.argv else write()
