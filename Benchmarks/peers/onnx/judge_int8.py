"""What onnxruntime makes of a network in 8-bit numbers that Winnow wrote, beside what Winnow makes of it.

    python judge_int8.py --prepare INT8.onnx FOLDER PICTURE...      writes the pictures in the network's size as PNG
    python judge_int8.py FLOAT.onnx INT8.onnx PREDICTIONS.json      prints one JSON object

Prepared first, so that no two ways to decode or resize a picture are compared.
PREDICTIONS: {"float": ..., "int8": ...}, what `winnow predict --json --top 1` said of the same pictures by each file.
"""
import json
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from PIL import Image


def metadata(path):
    text = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
    return json.loads(text["preprocessing"]), json.loads(text["classes"])


def prepare(path, folder, pictures):
    how, _ = metadata(path)
    for index, picture in enumerate(pictures):
        image = Image.open(picture).convert("RGB").resize((how["width"], how["height"]))
        image.save(pathlib.Path(folder) / f"{index:04}.png")


def normalised(path, how):
    values = np.asarray(Image.open(path), np.float32) / 255
    return ((values - np.float32(how["mean"])) / np.float32(how["std"])).transpose(2, 0, 1)


def session(path, optimised=True, written=None):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if not optimised:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    if written:
        options.optimized_model_filepath = written
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def probabilities(run, pictures):
    name = run.get_inputs()[0].name
    scores = np.concatenate([run.run(None, {name: picture[None]})[0] for picture in pictures])
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def fused(path):
    """How many of onnxruntime's nodes compute with 8-bit numbers, and how many convolutions do not."""
    with tempfile.NamedTemporaryFile(suffix=".onnx") as written:
        session(path, written=written.name)
        kinds = [node.op_type for node in onnx.load(written.name).graph.node]
    whole = [kind for kind in kinds if kind.startswith("QLinear") or kind == "QGemm"]
    return len(whole), sum(kind in ("Conv", "FusedConv", "NhwcFusedConv") for kind in kinds)


def main():
    if sys.argv[1] == "--prepare":
        return prepare(*sys.argv[2:4], sys.argv[4:])
    plain, int8 = sys.argv[1:3]
    with open(sys.argv[3]) as file:
        said = json.load(file)
    onnx.checker.check_model(onnx.load(int8), full_check=True)
    how, classes = metadata(int8)
    pictures = [normalised(entry["picture"], how) for entry in said["float"]]
    winnow = {kind: np.array([[entry["probabilities"][name] for name in classes] for entry in said[kind]])
              for kind in said}
    found = {"float": probabilities(session(plain), pictures), "int8": probabilities(session(int8), pictures),
             "plain": probabilities(session(int8, optimised=False), pictures)}

    def alike(a, b):
        return float((a.argmax(1) == b.argmax(1)).mean())

    whole, left = fused(int8)
    print(json.dumps({
        "pictures": len(pictures), "whole": whole, "float_convolutions": left,
        "float_difference": float(np.abs(found["float"] - winnow["float"]).max()),
        "int8_difference": float(np.abs(found["plain"] - winnow["int8"]).max()),
        "int8_fused_difference": float(np.abs(found["int8"] - winnow["int8"]).max()),
        "int8_alike": alike(found["int8"], winnow["int8"]),
        "kept_difference": float(np.abs(found["int8"] - found["float"]).max()),
        "kept": alike(found["int8"], found["float"])}))


if __name__ == "__main__":
    main()
