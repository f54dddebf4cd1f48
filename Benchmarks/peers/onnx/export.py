"""Exports networks with both exporters of PyTorch and stores what onnxruntime and PyTorch make of them.

    python export.py FOLDER NAME...

For each network and exporter, and for small ones also without a free batch (`fixed`):
FOLDER/{old,new,fixed}/NAME.onnx, and NAME.safetensors with `input`, `output`
(onnxruntime's), `torch` (PyTorch's), and the gradients of sum(output * weights) in evaluation: `grad.input`,
and `grad.PARAMETER` where the file holds the parameter as it is. Done files are not made again.
"""
import json
import pathlib
import struct
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper

import networks

OPSET = 20


def export(model, x, path, kind):
    if kind == "fixed":
        torch.onnx.export(model, (x[:1],), path, dynamo=True, opset_version=OPSET, input_names=["input"],
                          output_names=["output"], external_data=False, verbose=False)
    elif kind == "new":
        batch = torch.export.Dim("batch")
        torch.onnx.export(model, (x,), path, dynamo=True, opset_version=OPSET, input_names=["input"],
                          output_names=["output"], dynamic_shapes=({0: batch},), external_data=False, verbose=False)
    else:
        dynamic = {"input": {0: "batch"}, "output": {0: "batch"}}
        torch.onnx.export(model, (x,), path, dynamo=False, opset_version=OPSET, input_names=["input"],
                          output_names=["output"], dynamic_axes=dynamic)


def unchanged(path, model):
    """Parameters that stand in the file under their own name with their own values, used once."""
    file = onnx.load(path)
    uses = [name for node in file.graph.node for name in node.input]
    held = {t.name: t for t in file.graph.initializer if uses.count(t.name) == 1}
    state = dict(model.named_parameters())
    return [name for name, tensor in held.items()
            if name in state and np.array_equal(numpy_helper.to_array(tensor), state[name].detach().numpy())]


def results(path, model, x):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    free = not isinstance(session.get_inputs()[0].shape[0], int)
    rows = [x.numpy()] if free else [row[None] for row in x.numpy()]
    found = {"input": x.numpy(), "output": np.concatenate([session.run(None, {"input": row})[0] for row in rows])}
    leaf = x.clone().requires_grad_()
    model.zero_grad()
    scores = model(leaf)
    weights = torch.arange(scores.numel()).reshape(scores.shape).float().cos()
    (scores * weights).sum().backward()
    found["torch"], found["weights"], found["grad.input"] = scores.detach().numpy(), weights.numpy(), leaf.grad.numpy()
    parameters = dict(model.named_parameters())
    for name in unchanged(path, model):
        if parameters[name].numel() < 1_000_000:
            found["grad." + name] = parameters[name].grad.numpy()
    return found


def save(tensors, path):
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def main():
    warnings.filterwarnings("ignore")
    out = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:]:
        for kind in ("old", "new", "fixed") if name in networks.SMALL else ("old", "new"):
            path = out / kind / f"{name}.onnx"
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.with_suffix(".safetensors").exists():
                continue
            print(f"exporting {name} ({kind})", file=sys.stderr, flush=True)
            model, x = networks.build(name), networks.pictures(name)
            export(model, x, path, kind)
            save(results(path, model, x), path.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
