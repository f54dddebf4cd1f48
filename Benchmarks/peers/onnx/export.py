"""Exports networks with both exporters of PyTorch and stores what onnxruntime and PyTorch make of them.

    python export.py FOLDER NAME...

For each network and exporter, and for small ones also without a free batch (`fixed`):
FOLDER/{old,new,fixed}/NAME.onnx, and NAME.safetensors with `input`, `output`
(onnxruntime's), and, computed by PyTorch in float64 from the file's own numbers, `torch` (the output) and the
gradients of sum(output * weights) in evaluation: `grad.input`, and `grad.INITIALIZER` for those that are a
parameter as it is, transposed, or with its batch norm folded in. `off.output` is how far PyTorch's own float32 is
from that, of the largest score; `off.gradient`, of a gradient's length, is that or what pictures moved by 1e-5 do to
PyTorch's own gradients, whichever is more: a unit that rounding may open or close is found by moving.
Done files are not made again.
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


def folds(model, x):
    """(convolution, batch norm) wherever the one's output goes into the other."""
    makers, pairs = {}, []

    def after(module, inputs, output):
        if isinstance(module, torch.nn.Conv2d):
            makers[id(output)] = (module, output)
        elif isinstance(module, torch.nn.BatchNorm2d) and id(inputs[0]) in makers:
            pairs.append((makers[id(inputs[0])][0], module))

    hooks = [module.register_forward_hook(after) for module in model.modules()]
    with torch.no_grad():
        model(x[:1])
    for hook in hooks:
        hook.remove()
    return pairs


def nearest(value, held):
    """The initializer that holds these numbers but for rounding."""
    value = value.numpy()
    for array in held.values():
        if array.shape == value.shape and np.abs(array - value).max() <= 1e-5 * np.abs(value).max():
            return torch.from_numpy(array.copy())
    return None


def settle(model, x, held):
    """Gives the model the numbers of the file: where a batch norm was folded, the convolution has the file's weight
    and bias, and the batch norm does nothing. Else rounding would open some units that are closed in the file."""
    with torch.no_grad():
        for conv, norm in folds(model, x):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weight = nearest(conv.weight * scale[:, None, None, None], held)
            bias = 0 if conv.bias is None else conv.bias
            bias = nearest((bias - norm.running_mean) * scale + norm.bias, held)
            if weight is None or bias is None:
                continue
            conv.weight.copy_(weight)
            conv.bias = torch.nn.Parameter(bias)
            norm.forward = lambda y: y


def gradients(model, held):
    """The gradient of each initializer that is a parameter, as it is or transposed."""
    parameters, known = dict(model.named_parameters()), {}
    for parameter in parameters.values():
        if parameter.grad is None:
            continue
        value, grad = parameter.detach().numpy().astype(np.float32), parameter.grad.numpy()
        known.setdefault(value.shape, []).append((value, grad))
        if value.ndim == 2:
            known.setdefault(value.T.shape, []).append((value.T, grad.T))
    for name, array in held.items():
        same = [grad for value, grad in known.get(array.shape, []) if np.array_equal(array, value)]
        # Equal tensors (fresh scales and shifts) are told apart by their names alone.
        if name in parameters and parameters[name].grad is not None and len(same) > 0:
            yield name, parameters[name].grad.numpy()
        elif len(same) == 1:
            yield name, same[0]


def results(path, model, x):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    free = not isinstance(session.get_inputs()[0].shape[0], int)
    rows = [x.numpy()] if free else [row[None] for row in x.numpy()]
    found = {"input": x.numpy(), "output": np.concatenate([session.run(None, {"input": row})[0] for row in rows])}
    if np.abs(found["output"][0] - found["output"][1]).max() < 0.01 * np.abs(found["output"]).max():
        sys.exit(f"{path}: the scores of two pictures are the same but for 1%; nothing could be compared")
    file = onnx.load(path)
    uses = [name for node in file.graph.node for name in node.input]
    held = {t.name: numpy_helper.to_array(t) for t in file.graph.initializer
            if uses.count(t.name) == 1 and np.prod(t.dims) > 1}
    settle(model, x, held)
    weights = torch.arange(found["output"].size).reshape(found["output"].shape).float().cos()
    most = 1 << 40 if path.stem in networks.GRADIENTS else 1_000_000

    def computed(x):
        leaf = x.clone().requires_grad_()
        model.zero_grad()
        scores = model(leaf)
        (scores * weights.to(x.dtype)).sum().backward()
        grads = {f"grad.{name}": grad.copy() for name, grad in gradients(model, held) if grad.size < most}
        return {"torch": scores.detach().numpy(), "grad.input": leaf.grad.numpy(), **grads}

    def apart(some, others):
        return max(np.linalg.norm(some[name] - others[name]) / np.linalg.norm(others[name])
                   for name in others if name.startswith("grad."))

    single = computed(x)
    draw = torch.Generator().manual_seed(0)
    moves = [1e-5 * x.abs().max() * torch.randn(x.shape, generator=draw) for _ in range(4)]
    lengths = [apart(computed(x + move), single) for move in moves]
    model.double()
    exact = computed(x.double())
    lengths.append(apart(single, exact))
    off = np.abs(single["torch"] - exact["torch"]).max() / np.abs(exact["torch"]).max()
    return {**found, **exact, "weights": weights.numpy(), "off.output": np.array([off]),
            "off.gradient": np.array([max(lengths)])}


def save(tensors, path):
    tensors = {name: np.ascontiguousarray(array, "<f4") for name, array in tensors.items()}
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(array.tobytes() for array in tensors.values())
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
            if not path.exists():
                export(model, x, path, kind)
            save(results(path, model, x), path.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
