"""Writes Tests/Fixtures/models/builders.json and builders.safetensors: what the built-in networks must be.

builders.json: for each network the names and shapes of its state_dict in order (torchvision's; ResNet-20 and 56
are written here after He et al. 2016, section 4.2), parameters, and multiply-adds by torchinfo. builders.safetensors:
scores in evaluation and gradients of the input for weights that the Swift test draws from the same generator.

    python Tests/Fixtures/make/models_builders.py        (torch 2.11, torchvision 0.26, torchinfo 1.8)
"""
import json
import pathlib
import struct

import torch
import torchinfo
import torchvision
from torch import nn
from torch.nn import functional as F

OUT = pathlib.Path(__file__).resolve().parents[1] / "models"
SIZES = {"resnet18": 64, "resnet50": 64, "vgg11": 32, "vgg11_bn": 32, "mobilenet_v2": 64, "resnet20": 32, "resnet56": 32}
NAMES = ["resnet18", "resnet34", "resnet50", "resnet101", "vgg11", "vgg11_bn", "vgg16", "vgg16_bn", "mobilenet_v2",
         "resnet20", "resnet56"]
CLASSES = 7


class Block(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        self.stride, self.extra = stride, (width - channels) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.extra, self.extra))
        return F.relu(y + x)


class SmallResNet(nn.Module):
    """6n + 2 layers, shortcuts of option A."""

    def __init__(self, n, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        channels = 16
        for stage in range(3):
            blocks = []
            for block in range(n):
                blocks.append(Block(channels, 16 << stage, 2 if stage and not block else 1))
                channels = 16 << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def build(name, classes):
    if name in ("resnet20", "resnet56"):
        return SmallResNet(3 if name == "resnet20" else 9, classes)
    return getattr(torchvision.models, name)(num_classes=classes)


def fill(model):
    generator = torch.Generator().manual_seed(11)
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = torch.randn(tensor.shape, generator=generator)
        if tensor.dim() == 4:
            values = values * (2.0 / tensor[0].numel()) ** 0.5
        elif tensor.dim() == 2:
            values = values * (1.0 / tensor[0].numel()) ** 0.5
        elif name.endswith("running_var"):
            values = values.abs() + 0.5
        elif name.endswith("weight"):
            values = values * 0.1 + 0.5
        else:
            values = values * 0.1
        tensor.copy_(values)


def save(tensors, path):
    header, offset = {}, 0
    for name, tensor in tensors.items():
        size = 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(tensor.detach().contiguous().numpy().astype("<f4").tobytes() for tensor in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def main():
    facts, results = {}, {}
    for name in NAMES:
        model = build(name, CLASSES)
        size = 32 if name in ("resnet20", "resnet56") else 224
        cost = torchinfo.summary(model, (1, 3, size, size), verbose=0)
        facts[name] = {"tensors": [[key, list(t.shape)] for key, t in model.state_dict().items()],
                       "parameters": sum(p.numel() for p in model.parameters()), "macs": cost.total_mult_adds}
        if name not in SIZES:
            continue
        with torch.no_grad():
            fill(model)
        model.double().eval()
        shape = (2, 3, SIZES[name], SIZES[name])
        x = torch.randn(shape, generator=torch.Generator().manual_seed(12)).double().requires_grad_()
        scores = model(x)
        scores.sum().backward()
        results[f"{name}.scores"], results[f"{name}.grad"] = scores, x.grad[:, :, ::7, ::7]
        print(name, facts[name]["macs"], scores.abs().max().item())
    (OUT / "builders.json").write_text(json.dumps(facts, separators=(",", ":")))
    save(results, OUT / "builders.safetensors")


if __name__ == "__main__":
    main()
