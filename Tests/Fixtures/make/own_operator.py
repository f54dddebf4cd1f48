"""Writes Examples/Networks/quickgelu.onnx: a small network with an operator that ONNX itself does not have.

    python Tests/Fixtures/make/own_operator.py        (onnx 1.23, onnxruntime 1.32)

onnxruntime knows com.microsoft::QuickGelu. The file holds, as initializers that no node reads, what went in
(`case.input`) and what onnxruntime made of it (`case.output`).
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OUT = pathlib.Path(__file__).resolve().parents[3] / "Examples/Networks/quickgelu.onnx"
RANDOM = np.random.default_rng(13)


def floats(*shape):
    return RANDOM.uniform(-0.5, 0.5, shape).astype(np.float32)


weights = {
    "conv1.weight": floats(8, 3, 3, 3), "conv1.bias": floats(8),
    "conv2.weight": floats(8, 8, 3, 3), "conv2.bias": floats(8),
    "fc.weight": floats(4, 8), "fc.bias": floats(4),
}
same = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
nodes = [
    helper.make_node("Conv", ["input", "conv1.weight", "conv1.bias"], ["a"], "conv1", **same),
    helper.make_node("QuickGelu", ["a"], ["b"], "act1", domain="com.microsoft", alpha=1.3),
    helper.make_node("Conv", ["b", "conv2.weight", "conv2.bias"], ["c"], "conv2", **same),
    helper.make_node("QuickGelu", ["c"], ["d"], "act2", domain="com.microsoft"),
    helper.make_node("GlobalAveragePool", ["d"], ["e"], "pool"),
    helper.make_node("Flatten", ["e"], ["f"], "flatten"),
    helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["scores"], "fc", transB=1),
]
picture = RANDOM.normal(0, 2, (2, 3, 16, 16)).astype(np.float32)


def model(extra):
    graph = helper.make_graph(
        nodes, "quickgelu",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, 16, 16])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 4])],
        [numpy_helper.from_array(value, name) for name, value in {**weights, **extra}.items()])
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


session = onnxruntime.InferenceSession(model({}).SerializeToString(), providers=["CPUExecutionProvider"])
scores = session.run(None, {"input": picture})[0]
onnx.save(model({"case.input": picture, "case.output": scores}), OUT)
