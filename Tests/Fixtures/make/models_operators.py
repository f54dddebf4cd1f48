"""Writes Tests/Fixtures/models/operators/*.onnx: one small network for each operator and setting.

    python Tests/Fixtures/make/models_operators.py        (onnx 1.23, onnxruntime 1.32)

Each file holds, as initializers that no node reads, what went in (`case.input`) and what onnxruntime made of it
(`case.output`). A case is: name, operator, settings, other inputs (arrays), and the picture's shape.
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OUT = pathlib.Path(__file__).resolve().parents[1] / "models/operators"
RANDOM = np.random.default_rng(5)
PICTURES = (2, 4, 6, 7)


def floats(*shape, low=-1.0, high=1.0):
    return RANDOM.uniform(low, high, shape).astype(np.float32)


def ints(*values):
    return np.array(values, dtype=np.int64)


def scalar(value):
    return np.array(value, dtype=np.float32)


def convolutions():
    for name, shape, settings in [
        ("plain", (5, 4, 3, 3), {}),
        ("padded", (5, 4, 3, 3), {"pads": [1, 1, 1, 1]}),
        ("uneven", (5, 4, 3, 3), {"pads": [0, 1, 2, 1], "strides": [2, 1]}),
        ("dilated", (5, 4, 3, 2), {"dilations": [2, 3], "pads": [2, 1, 2, 1]}),
        ("grouped", (6, 2, 3, 3), {"group": 2, "strides": [2, 2]}),
        ("depthwise", (8, 1, 3, 3), {"group": 4, "pads": [1, 1, 1, 1]}),
        ("upper", (5, 4, 4, 3), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ("lower", (5, 4, 4, 3), {"auto_pad": "SAME_LOWER", "strides": [2, 2]}),
        ("valid", (5, 4, 2, 2), {"auto_pad": "VALID"}),
    ]:
        yield f"conv-{name}", "Conv", {"kernel_shape": shape[2:], **settings}, [floats(*shape), floats(shape[0])]
    yield "conv-no-bias", "Conv", {"kernel_shape": [1, 1]}, [floats(3, 4, 1, 1)]
    yield "convtranspose", "ConvTranspose", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1],
                                             "output_padding": [1, 1]}, [floats(4, 5, 3, 3), floats(5)]
    yield "convtranspose-grouped", "ConvTranspose", {"kernel_shape": [2, 2], "group": 2}, [floats(4, 3, 2, 2)]


def products():
    yield "gemm", "Gemm", {}, [floats(6, 5), floats(5)], (2, 6)
    yield "gemm-transposed", "Gemm", {"transB": 1, "alpha": 0.5, "beta": 2.0}, [floats(5, 6), floats(1, 5)], (2, 6)
    yield "gemm-no-bias", "Gemm", {"transB": 1}, [floats(5, 6)], (2, 6)
    yield "matmul", "MatMul", {}, [floats(7, 5)]
    yield "matmul-batched", "MatMul", {}, [floats(4, 7, 3)]


def normalizations():
    scale = [floats(4), floats(4)]
    yield "batchnorm", "BatchNormalization", {"epsilon": 1e-3}, scale + [floats(4), floats(4, low=0.5, high=2)]
    yield "layernorm", "LayerNormalization", {}, [floats(7), floats(7)]
    yield "layernorm-axis", "LayerNormalization", {"axis": 2, "epsilon": 1e-2}, [floats(6, 7)]
    yield "groupnorm", "GroupNormalization", {"num_groups": 2}, scale
    yield "instancenorm", "InstanceNormalization", {"epsilon": 1e-3}, scale


def activations():
    for name in ["Relu", "Sigmoid", "Tanh", "HardSwish", "Softplus", "Mish", "Identity", "LeakyRelu", "Elu",
                 "HardSigmoid", "Gelu", "Softmax", "LogSoftmax", "Dropout", "Neg", "Abs", "Exp", "Erf", "Floor", "Ceil"]:
        yield name.lower(), name, {}, []
    yield "leakyrelu-slope", "LeakyRelu", {"alpha": 0.3}, []
    yield "elu-alpha", "Elu", {"alpha": 0.5}, []
    yield "hardsigmoid-torch", "HardSigmoid", {"alpha": 1 / 6}, []
    yield "gelu-tanh", "Gelu", {"approximate": "tanh"}, []
    yield "softmax-channels", "Softmax", {"axis": 1}, []
    yield "clip", "Clip", {}, [scalar(-0.25), scalar(0.5)]
    yield "clip-high", "Clip", {}, [None, scalar(0.5)]
    yield "clip-low", "Clip", {}, [scalar(0.1)]
    yield "prelu", "PRelu", {}, [floats(4, 1, 1)]
    yield "prelu-one", "PRelu", {}, [floats(1)]


def arithmetic():
    for name in ["Add", "Sub", "Mul", "Max", "Min", "Sum", "Div"]:
        yield name.lower(), name, {}, [floats(4, 1, 1, low=0.5, high=2)]
    yield "max-of-three", "Max", {}, [floats(4, 1, 1), floats(6, 7)]
    yield "pow", "Pow", {}, [scalar(2)]
    yield "mod", "Mod", {"fmod": 1}, [scalar(0.3)]
    for name in ["Equal", "Less", "Greater"]:
        yield name.lower(), [(name, ["input", 0], {}), ("Cast", None, {"to": 1})], {}, [scalar(0)]
    for name in ["And", "Or"]:
        yield name.lower(), [("Cast", ["input"], {"to": 9}), (name, [None, 0], {}), ("Cast", None, {"to": 1})], {}, [
            np.array([True, False, True, False]).reshape(4, 1, 1)]
    yield "not", [("Cast", ["input"], {"to": 9}), ("Not", None, {}), ("Cast", None, {"to": 1})], {}, []
    yield "where", [("Greater", ["input", 0], {}), ("Where", [None, "input", 1], {})], {}, [scalar(0), floats(7)]
    yield "cast", [("Cast", ["input"], {"to": 6}), ("Cast", None, {"to": 1})], {}, []
    for name in ["Sqrt", "Log", "Reciprocal"]:
        yield name.lower(), [("Exp", ["input"], {}), (name, None, {})], {}, []


def poolings():
    for kind in ["MaxPool", "AveragePool"]:
        for name, settings in [
            ("plain", {"kernel_shape": [2, 3]}),
            ("padded", {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}),
            ("ceil", {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
        ]:
            yield f"{kind.lower()}-{name}", kind, settings, []
    yield "maxpool-uneven", "MaxPool", {"kernel_shape": [3, 3], "pads": [0, 1, 1, 0]}, []
    yield "maxpool-dilated", "MaxPool", {"kernel_shape": [2, 2], "dilations": [2, 3]}, []
    yield "averagepool-counted", "AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, []
    yield "globalaveragepool", "GlobalAveragePool", {}, []
    yield "globalmaxpool", "GlobalMaxPool", {}, []
    yield "depthtospace", "DepthToSpace", {"blocksize": 2}, []
    yield "depthtospace-crd", "DepthToSpace", {"blocksize": 2, "mode": "CRD"}, [], (2, 8, 3, 3)
    scales = np.array([1, 1, 2, 2], np.float32)
    nearest = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    yield "resize-nearest", "Resize", nearest, [None, scales]
    yield "resize-linear", "Resize", {"mode": "linear"}, [None, scales]
    yield "resize-corners", "Resize", {"mode": "linear", "coordinate_transformation_mode": "align_corners"}, [
        None, scales]
    yield "resize-cubic", "Resize", {"mode": "cubic"}, [None, scales]


def reductions():
    for name in ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"]:
        yield name.lower(), name, {}, [ints(2, -1)]
        yield f"{name.lower()}-dropped", name, {"keepdims": 0}, [ints(1)]


def reshapings():
    yield "reshape", "Reshape", {}, [ints(-1, 2, 2, 42)]
    yield "reshape-zero", "Reshape", {}, [ints(0, 0, -1)]
    yield "flatten", "Flatten", {}, []
    yield "flatten-axis", "Flatten", {"axis": 2}, []
    yield "transpose", "Transpose", {"perm": [0, 2, 3, 1]}, []
    yield "squeeze", "Squeeze", {}, [ints(1)], (2, 1, 6, 7)
    yield "unsqueeze", "Unsqueeze", {}, [ints(1, -1)]
    yield "expand", "Expand", {}, [ints(3, 1, 5, 1, 7)], (2, 1, 1, 7)


def selections():
    yield "concat", [("Relu", ["input"], {}), ("Concat", ["input", None], {"axis": 1})], {}, []
    yield "slice", "Slice", {}, [ints(1, -3), ints(4, 2 ** 62), ints(2, 3)]
    yield "slice-steps", "Slice", {}, [ints(0, -1), ints(2 ** 62, -2 ** 62), ints(1, 2), ints(2, -2)]
    yield "gather", "Gather", {"axis": 1}, [ints(2, 0, -1)]
    yield "gather-one", "Gather", {"axis": 2}, [np.array(3, np.int64)]
    yield "gather-table", "Gather", {"axis": 3}, [ints(0, 1, 2, 3, 5, 6).reshape(2, 3)]
    yield "pad", "Pad", {}, [ints(0, 0, 1, 2, 0, 1, 0, 3), scalar(0.5)]
    yield "pad-axes", "Pad", {}, [ints(1, 2, 0, 1), scalar(0), ints(3, 2)]
    yield "pad-reflect", "Pad", {"mode": "reflect"}, [ints(0, 0, 1, 2, 0, 0, 2, 1)]
    yield "pad-edge", "Pad", {"mode": "edge"}, [ints(0, 0, 1, 2, 0, 0, 2, 1)]
    yield "scatternd", "ScatterND", {}, [ints(0, 1, 1, 2).reshape(2, 2), floats(2, 6, 7)]


def later():
    """Last, so that the others keep their random numbers."""
    yield "gathernd", "GatherND", {}, [ints(1, 3, 0, -1, 0, 0, 1, 2).reshape(2, 2, 2)]
    yield "castlike", [("Cast", ["input"], {"to": 6}), ("CastLike", [None, "input"], {})], {}, []

    whole, mixed = np.array([3, 250, 0, 128], np.uint8), np.array([-3, 100, 0, -128], np.int8)
    scales = np.array([0.01, 0.002, 0.5, 0.03], np.float32)
    for name, scale, zero in [("uint8", scalar(0.0078), np.array(128, np.uint8)), ("int8", scales, mixed),
                              ("channels", scales, whole)]:
        yield f"quantized-{name}", [("QuantizeLinear", ["input", 0, 1], {}), ("DequantizeLinear", [None, 0, 1], {})], {}, [
            scale, zero]
    yield "quantized-zero", [("QuantizeLinear", ["input", 0], {}), ("DequantizeLinear", [None, 0], {})], {}, [
        scalar(0.004)]
    # A weight and a bias in 8 and 32 bits, as winnow quantize writes them.
    weight = RANDOM.integers(-127, 128, (5, 4, 3, 3)).astype(np.int8)
    yield "quantized-conv", [
        ("QuantizeLinear", ["input", 0, 1], {}), ("DequantizeLinear", [None, 0, 1], {}),
        ("DequantizeLinear", [2, 3, 4], {"axis": 0}), ("DequantizeLinear", [5, 6], {"axis": 0}),
        ("Conv", ["DequantizeLinear.1", "DequantizeLinear.2", "DequantizeLinear.3"], {"kernel_shape": [3, 3]})], {}, [
            scalar(0.0078), np.array(128, np.uint8), weight, floats(5, low=0.001, high=0.02), np.zeros(5, np.int8),
            RANDOM.integers(-9000, 9000, 5).astype(np.int32), floats(5, low=1e-5, high=1e-4)]


def splits():
    """Two outputs, added up again where they are of one size."""
    for name, sizes, axis in [("split", ints(2, 2), 1), ("split-even", None, 1)]:
        inputs = ["input"] + ([sizes] if sizes is not None else [])
        yield name, inputs, {"axis": axis, **({} if sizes is not None else {"num_outputs": 2})}


def network(name, nodes, constants, shape, opset):
    x = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", *shape[1:]])
    y = helper.make_tensor_value_info("output", TensorProto.FLOAT, None)
    held = [numpy_helper.from_array(array, key) for key, array in constants.items()]
    imports = [helper.make_opsetid("", opset)]
    model = helper.make_model(helper.make_graph(nodes, name, [x], [y], held), opset_imports=imports, ir_version=9)
    pictures = floats(*shape)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    output = session.run(None, {"input": pictures})[0]
    model.graph.initializer.append(numpy_helper.from_array(pictures, "case.input"))
    model.graph.initializer.append(numpy_helper.from_array(output.astype(np.float32), "case.output"))
    onnx.save(model, OUT / f"{name}.onnx")


def chain(name, steps, arrays):
    """Nodes one after the other: None is the result before, a number one of the arrays."""
    nodes, last = [], "input"
    constants = {f"{name}.{index}": array for index, array in enumerate(arrays) if array is not None}
    for index, (kind, inputs, settings) in enumerate(steps):
        names = [last if i is None else f"{name}.{i}" if isinstance(i, int) else i for i in inputs or [None]]
        last = "output" if index == len(steps) - 1 else f"{kind}.{index}"
        nodes.append(helper.make_node(kind, names, [last], name=f"{kind.lower()}{index}", **settings))
    return nodes, constants


def write(case):
    name, kind, settings, arrays, shape = (*case, PICTURES)[:5]
    opset = 22 if kind in ("GroupNormalization", "Mish") else 20
    if isinstance(kind, str):
        names = ["input"] + ["" if array is None else f"{name}.{i}" for i, array in enumerate(arrays)]
        constants = {f"{name}.{i}": array for i, array in enumerate(arrays) if array is not None}
        nodes = [helper.make_node(kind, names, ["output"], name=kind.lower(), **settings)]
    else:
        nodes, constants = chain(name, kind, arrays)
    network(name, nodes, constants, shape, opset)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.onnx"):
        old.unlink()
    families = [convolutions, products, normalizations, activations, arithmetic, poolings, reductions, reshapings,
                selections]
    for family in families:
        for case in family():
            write(case)
    for name, inputs, settings in splits():
        names = ["input"] + [f"{name}.sizes" for _ in inputs[1:]]
        nodes = [helper.make_node("Split", names, ["a", "b"], **settings), helper.make_node("Sub", ["a", "b"], ["output"])]
        network(name, nodes, {f"{name}.sizes": array for array in inputs[1:]}, PICTURES, 20)
    for case in later():
        write(case)


if __name__ == "__main__":
    main()
