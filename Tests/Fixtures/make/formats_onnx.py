"""Writes the ONNX fixtures of FormatsTests with onnx's own library, and what they hold as JSON.

    python Tests/Fixtures/make/formats_onnx.py        (onnx 1.23)

typed.onnx: every element type in the typed fields; raw.onnx: in raw_data; external.onnx and external.bin: in
another file; node.onnx: settings of every kind, a free batch, an operator of another domain.
"""
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = pathlib.Path(__file__).resolve().parents[1] / "formats/onnx"
TYPES = {
    "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "bfloat16": TensorProto.BFLOAT16,
    "float64": TensorProto.DOUBLE, "int64": TensorProto.INT64, "int32": TensorProto.INT32,
    "int16": TensorProto.INT16, "int8": TensorProto.INT8, "uint8": TensorProto.UINT8, "bool": TensorProto.BOOL,
}


def values(name):
    if name == "bool":
        return [1, 0, 0, 1, 1, 0]
    if name == "uint8":
        return [0, 1, 2, 127, 128, 255]
    if name.startswith("int"):
        return [0, 1, -1, 100, -100, 7]
    return [0.0, 1.0, -1.5, 0.15625, -256.0, 2.0 ** -10]


def model(initializers, nodes=(), opset=20):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 3])
    nodes = list(nodes) or [helper.make_node("Relu", ["x"], ["y"], name="relu")]
    graph = helper.make_graph(nodes, "network", [x], [y], initializers)
    imports = [helper.make_opsetid("", opset), helper.make_opsetid("com.example", 1)]
    made = helper.make_model(graph, opset_imports=imports, producer_name="fixture", producer_version="1")
    helper.set_model_props(made, {"classes": "a,b"})
    return made


def main():
    OUT.mkdir(exist_ok=True)
    typed = [helper.make_tensor(f"t.{name}", code, [2, 3], values(name)) for name, code in TYPES.items()]
    typed.append(helper.make_tensor("scalar", TensorProto.FLOAT, [], [2.5]))
    typed.append(helper.make_tensor("empty", TensorProto.INT64, [0], []))
    onnx.save(model(typed), OUT / "typed.onnx")
    raw = [numpy_helper.from_array(numpy_helper.to_array(tensor), tensor.name) for tensor in typed]
    onnx.save(model(raw), OUT / "raw.onnx")
    held = {tensor.name: {"dtype": tensor.name.split(".")[-1], "shape": list(tensor.dims),
                          "values": numpy_helper.to_array(tensor).astype(np.float64).ravel().tolist()}
            for tensor in typed if tensor.name.startswith("t.")}
    (OUT / "tensors.json").write_text(json.dumps(held))
    (OUT / "external.bin").unlink(missing_ok=True)
    onnx.save(model(raw), OUT / "external.onnx", save_as_external_data=True, location="external.bin",
              size_threshold=0)
    (OUT / "external.bin").chmod(0o644)
    settings = helper.make_node(
        "Settings", ["x", "", "t.float32"], ["y"], name="own", domain="com.example", i=-3, f=0.5, s="text",
        ints=[1, -2], floats=[0.5, 2.0], strings=["a", "b"], t=typed[0])
    onnx.save(model([typed[0]], [settings], opset=13), OUT / "node.onnx")


if __name__ == "__main__":
    main()
