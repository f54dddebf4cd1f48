"""What PNet, RNet and ONet of facenet-pytorch, and PyTorch's area interpolation, give for fixed inputs.

Run from the checkout: python Tests/Fixtures/make/faces_networks.py
Writes Tests/Fixtures/faces_networks/: pnet.json, rnet.json, onet.json (logits, offsets, landmarks) and area.json. The
inputs are `faces_oracle.noise`, which the tests repeat.
"""

import json
import pathlib

import torch
from faces_oracle import mtcnn_module, noise

OUT = pathlib.Path(__file__).parent.parent / "faces_networks"


def pixels(width, height, seed):
    return torch.from_numpy(noise(width, height, seed)).permute(2, 0, 1)[None].float()


def normalised(image):
    return (image - 127.5) * 0.0078125


def numbers(tensor):
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def logits(network, heads, x):
    """The inputs of the softmax and the other heads, side by side in the last dimension."""
    seen = {}
    hooks = [
        getattr(network, name).register_forward_hook(lambda _, __, y, name=name: seen.update({name: y}))
        for name in heads
    ]
    network(x)
    for hook in hooks:
        hook.remove()
    parts = [seen[name] for name in heads]
    return torch.cat([part.permute(0, 2, 3, 1) if part.dim() == 4 else part for part in parts], dim=-1)


def main():
    OUT.mkdir(exist_ok=True)
    torch.set_grad_enabled(False)
    module = mtcnn_module()
    heads = {
        "PNet": ["conv4_1", "conv4_2"],
        "RNet": ["dense5_1", "dense5_2"],
        "ONet": ["dense6_1", "dense6_2", "dense6_3"],
    }
    sizes = {"PNet": [(12, 12), (13, 12), (37, 29), (64, 15)], "RNet": [(24, 24)] * 3, "ONet": [(48, 48)] * 3}
    for name, names in heads.items():
        network = getattr(module, name)()
        cases = []
        for seed, (width, height) in enumerate(sizes[name]):
            y = logits(network, names, normalised(pixels(width, height, seed)))
            cases.append({"width": width, "height": height, "seed": seed, "outputs": numbers(y)})
        (OUT / f"{name.lower()}.json").write_text(json.dumps(cases) + "\n")
    cases = []
    for seed, (width, height, out_width, out_height) in enumerate(
        [(37, 29, 12, 12), (5, 7, 24, 24), (24, 24, 24, 24), (100, 3, 24, 2), (1, 1, 3, 4), (20, 16, 19, 11)]
    ):
        small = torch.nn.functional.interpolate(pixels(width, height, seed), (out_height, out_width), mode="area")
        case = {"width": width, "height": height, "seed": seed, "outWidth": out_width, "outHeight": out_height}
        cases.append(case | {"outputs": numbers(normalised(small).permute(0, 2, 3, 1))})
    (OUT / "area.json").write_text(json.dumps(cases) + "\n")


if __name__ == "__main__":
    main()
