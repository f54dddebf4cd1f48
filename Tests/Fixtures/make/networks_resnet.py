"""Writes Tests/Fixtures/networks/resnet*.safetensors: what torchvision's networks compute.

Weights, pictures and labels are drawn from torch generators that the Swift test repeats (the same
libtorch), so that only results are stored: scores in both modes, every parameter's gradient at 48 spread
positions, and after ten training steps (SGD 0.001, momentum 0.9, weight decay 1e-4) the losses and the
state dictionary there. The reference is PyTorch in float64; beside each result stands, as `off.<name>`,
how far PyTorch itself strays from it in float32 (the worse of both memory formats).

    python Tests/Fixtures/make/networks_resnet.py      (torch 2.11, torchvision, safetensors)
"""
import pathlib

import torch
import torchvision
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parents[1] / "networks"
CLASSES = 7


def fill(model):
    generator = torch.Generator().manual_seed(11)
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = torch.randn(tensor.shape, generator=generator)
        if tensor.dim() == 4:
            values = values * (2.0 / tensor[0].numel()) ** 0.5
        elif name.endswith("running_var"):
            values = values.abs() + 0.5
        elif tensor.dim() == 1 and name.endswith("weight"):
            values = values * 0.1 + 0.5
        else:
            values = values * 0.1
        tensor.copy_(values)


def spread(tensor):
    flat = tensor.detach().flatten().double()
    positions = (torch.arange(48) * flat.numel() // 48).unique()
    return flat[positions].clone()


def results(name, dtype, memory_format):
    model = getattr(torchvision.models, name)(num_classes=CLASSES)
    with torch.no_grad():
        fill(model)
    x = torch.randn((4, 3, 64, 64), generator=torch.Generator().manual_seed(12))
    model, x = model.to(dtype, memory_format=memory_format), x.to(dtype, memory_format=memory_format)
    target = torch.arange(4) % CLASSES
    out = {}
    model.eval()
    with torch.no_grad():
        out["eval"] = model(x).double()
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, weight_decay=1e-4)
    losses = []
    for step in range(10):
        scores = model(x)
        loss = torch.nn.functional.cross_entropy(scores, target)
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            out["train"] = scores.detach().double()
            for parameter, tensor in model.named_parameters():
                out["grad." + parameter] = spread(tensor.grad)
        optimizer.step()
        losses.append(loss.item())
    out["losses"] = torch.tensor(losses, dtype=torch.float64)
    for key, tensor in model.state_dict().items():
        out["after." + key] = spread(tensor)
    return out


def main():
    for name in ["resnet18", "resnet34", "resnet50"]:
        truth = results(name, torch.float64, torch.contiguous_format)
        floats = [results(name, torch.float32, f) for f in (torch.contiguous_format, torch.channels_last)]
        out = {}
        for key, value in truth.items():
            out[key] = value.float().contiguous()
            off = max((value - other[key]).abs().max().item() for other in floats)
            out["off." + key] = torch.tensor([off])
        save_file(out, OUT / f"{name}.safetensors")
        (OUT / f"{name}.safetensors").chmod(0o644)
        print(name, truth["losses"].tolist(), max(v.item() for k, v in out.items() if k.startswith("off.")))


if __name__ == "__main__":
    main()
