"""Files of arrays: safetensors (an 8-byte length, a JSON header, the bytes), written whole."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

KINDS = {"uint8": "U8", "int32": "I32", "float32": "F32"}


def _aside(path: Path, data: bytes) -> None:
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_bytes(data)
    partial.replace(path)


def write(path: Path, tensors: dict[str, np.ndarray], notes: dict[str, str]) -> None:
    """Writes named arrays, in the order of their names; the file appears whole or not at all."""
    header: dict[str, object] = {"__metadata__": notes}
    body = b""
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        header[name] = {"dtype": KINDS[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [len(body), len(body) + array.nbytes]}
        body += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    _aside(path, struct.pack("<Q", len(text)) + text + body)


def read(path: Path) -> dict[str, np.ndarray]:
    """Reads what `write` wrote."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    kinds = {stored: name for name, stored in KINDS.items()}
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], kinds[entry["dtype"]])
        .reshape(entry["shape"])
        for name, entry in header.items() if name != "__metadata__"
    }


def write_json(path: Path, value: object) -> None:
    """Writes JSON whole or not at all."""
    _aside(path, json.dumps(value, indent=1).encode())
