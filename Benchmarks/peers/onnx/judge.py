"""What onnx and onnxruntime say of the files that Winnow wrote.

    python judge.py FILE.onnx EXPECTED.safetensors      prints one JSON object: checked, difference
"""
import json
import pathlib
import struct
import sys

import numpy as np
import onnx
import onnxruntime


def load(path):
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    return {name: np.frombuffer(data, "<f4", offset=8 + size + entry["data_offsets"][0],
                                count=int(np.prod(entry["shape"]))).reshape(entry["shape"])
            for name, entry in header.items() if name in ("input", "output")}


def main():
    path, expected = sys.argv[1], load(sys.argv[2])
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: expected["input"]})[0]
    difference = float(np.abs(found - expected["output"]).max() / np.abs(expected["output"]).max())
    print(json.dumps({"checked": True, "difference": difference}))


if __name__ == "__main__":
    main()
