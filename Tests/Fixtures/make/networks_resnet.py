"""Writes Tests/Fixtures/networks/resnet*.safetensors: what torchvision's networks compute.

Weights, pictures and labels are drawn from torch generators that the Swift test repeats (the same
libtorch), so that only results are stored: scores in both modes, every parameter's gradient at 48 spread
positions, and after ten training steps (SGD 0.001, momentum 0.9, weight decay 1e-4) the losses and the
state dictionary there. The reference is PyTorch in float64; beside each result stands, as `off.<name>`,
how far PyTorch itself strays from it in float32: the worst of both memory formats, with pictures as drawn and with
`DRAWS` of them that differ from these in their last bit.

A ReLU whose input is all but zero opens in one float32 computation and not in another, and one such unit moves
gradients a thousand times further than rounding does (of ResNet-18 in every third draw, of ResNet-50 in each). Early
ones are met by some of the draws; in the last stage one unit is much. So the pictures are drawn by a seed for which none of
the last nine ReLUs has an input nearer to zero than `MARGIN` of that layer's mean (checked below; seeds 12 to 15 have).

    python Tests/Fixtures/make/networks_resnet.py      (torch 2.11, torchvision, safetensors)
"""
import pathlib

import torch
import torchvision
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parents[1] / "networks"
CLASSES = 7
PICTURES, MARGIN, DRAWS = 16, 1e-5, 7


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


def check_margins(model, x):
    """Exits where a ReLU of the last stage has an input near its edge."""
    margins = []

    def look(_, inputs):
        size = inputs[0].abs()
        margins.append((size.min() / size.mean()).item())

    relus = [module for module in model.modules() if isinstance(module, torch.nn.ReLU)]
    for relu in relus:
        relu.inplace = False
    hooks = [relu.register_forward_pre_hook(look) for relu in relus]
    statistics = {key: value.clone() for key, value in model.state_dict().items()}
    model.train()
    with torch.no_grad():
        model(x)
    model.load_state_dict(statistics)
    for hook in hooks:
        hook.remove()
    if min(margins[-9:]) < MARGIN:
        raise SystemExit(f"a ReLU's input is {min(margins[-9:]):.1e} of the layer's mean: take other pictures")


def results(name, dtype, memory_format, draw=0):
    model = getattr(torchvision.models, name)(num_classes=CLASSES)
    with torch.no_grad():
        fill(model)
    x = torch.randn((4, 3, 64, 64), generator=torch.Generator().manual_seed(PICTURES))
    if draw > 0:
        bits = torch.randint(-1, 2, x.shape, generator=torch.Generator().manual_seed(draw))
        x = x * (1 + bits * 2.0**-23)
    model, x = model.to(dtype, memory_format=memory_format), x.to(dtype, memory_format=memory_format)
    target = torch.arange(4) % CLASSES
    if dtype == torch.float64:
        check_margins(model, x)
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


def gradients(name, seed, dtype):
    model = getattr(torchvision.models, name)(num_classes=CLASSES)
    with torch.no_grad():
        fill(model)
    model = model.to(dtype, memory_format=torch.channels_last).train()
    x = torch.randn((4, 3, 64, 64), generator=torch.Generator().manual_seed(seed)).to(dtype)
    torch.nn.functional.cross_entropy(model(x), torch.arange(4)).backward()
    return [parameter.grad.double() for parameter in model.parameters()]


def strays(name):
    """How far float32's gradients are from float64's: the median over parameters of the relative L2 norm, for each of
    eight draws of pictures."""
    medians = []
    for seed in range(12, 20):
        pairs = zip(gradients(name, seed, torch.float32), gradients(name, seed, torch.float64))
        errors = sorted(((a - b).norm() / b.norm()).item() for a, b in pairs)
        medians.append(errors[len(errors) // 2])
    return torch.tensor(medians)


def main():
    for name in ["resnet18", "resnet34", "resnet50"]:
        truth = results(name, torch.float64, torch.contiguous_format)
        floats = [
            results(name, torch.float32, layout, draw)
            for layout in (torch.contiguous_format, torch.channels_last)
            for draw in range(DRAWS + 1)
        ]
        out = {}
        for key, value in truth.items():
            out[key] = value.float().contiguous()
            off = max((value - other[key]).abs().max().item() for other in floats)
            out["off." + key] = torch.tensor([off])
        if name == "resnet18":
            out["strays"] = strays(name)
            print(name, "strays", out["strays"].tolist())
        save_file(out, OUT / f"{name}.safetensors")
        (OUT / f"{name}.safetensors").chmod(0o644)
        print(name, truth["losses"].tolist(), max(v.item() for k, v in out.items() if k.startswith("off.")))


if __name__ == "__main__":
    main()
