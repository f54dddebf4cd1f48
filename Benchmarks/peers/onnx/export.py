"""Exports networks with both exporters of PyTorch and stores what onnxruntime and PyTorch make of them.

    python export.py FOLDER NAME...

For each network and exporter, and for small ones also without a free batch (`fixed`):
FOLDER/{old,new,fixed}/NAME.onnx, and NAME.safetensors with `input`, `output`
(onnxruntime's), `torch` (PyTorch's), and the gradients of sum(output * weights) in evaluation: `grad.input`,
and `grad.INITIALIZER` for those that are a parameter as it is, transposed, or with its batch norm folded in.
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


def candidates(model, x):
    """(value, gradient) of everything that a file may hold: a parameter, its transpose, or a convolution's weight
    and bias with the batch norm's scale s and shift in them. With w' = w s, dL/dw' = dL/dw / s; the bias's gradient
    is that of the batch norm's bias."""
    for parameter in model.parameters():
        yield parameter, parameter.grad
        if parameter.dim() == 2:
            yield parameter.T, parameter.grad.T
    for conv, norm in folds(model, x):
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        wide = scale[:, None, None, None]
        yield conv.weight * wide, conv.weight.grad / wide
        bias = 0 if conv.bias is None else conv.bias
        yield (bias - norm.running_mean) * scale + norm.bias, norm.bias.grad


def gradients(path, model, x):
    """The expected gradient of each trained initializer that one node reads."""
    file = onnx.load(path)
    uses = [name for node in file.graph.node for name in node.input]
    held = {t.name: numpy_helper.to_array(t) for t in file.graph.initializer
            if uses.count(t.name) == 1 and np.prod(t.dims) > 1}
    parameters, known = dict(model.named_parameters()), {}
    with torch.no_grad():
        for value, grad in candidates(model, x):
            value, grad = value.detach().numpy(), grad.numpy()
            known.setdefault(value.shape, []).append((value, grad))
    for name, array in held.items():
        if name in parameters and np.array_equal(array, parameters[name].detach().numpy()):
            yield name, parameters[name].grad.numpy()
            continue
        near = [(np.abs(array - value).max(), grad) for value, grad in known.get(array.shape, [])]
        near = [grad for off, grad in near if off <= 1e-5 * max(np.abs(array).max(), 1e-12)]
        # Equal tensors under other names (fresh scales and shifts) cannot be told apart.
        if len(near) == 1:
            yield name, near[0]


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
    most = 1 << 40 if path.stem in networks.GRADIENTS else 1_000_000
    found.update((f"grad.{name}", grad) for name, grad in gradients(path, model, x) if grad.size < most)
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
            if not path.exists():
                export(model, x, path, kind)
            save(results(path, model, x), path.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
