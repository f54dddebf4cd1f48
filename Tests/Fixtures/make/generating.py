"""Writes Tests/Fixtures/generating.json: what generators are trained and judged by, as PyTorch and public code have it.

Divergences by torch.distributions, hinge losses by torch.nn.functional, spectral normalisation by
torch.nn.utils.parametrizations, the Frechet distance by pytorch-fid 0.3.0, the kernel distance by torch-fidelity 0.4.0.

Run: python Tests/Fixtures/make/generating.py   (torch, scipy, pytorch-fid, torch-fidelity)
"""

import json
import math
import pathlib
import sys
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F

# Both import it for Inception alone, which is not used here.
for name in ["torchvision", "torchvision.transforms", "torchvision.transforms.functional",
             "torchvision.models", "torchvision.models.inception", "torchvision.datasets", "tqdm"]:
    sys.modules.setdefault(name, mock.MagicMock())
from pytorch_fid.fid_score import calculate_frechet_distance
from torch_fidelity.metric_kid import kernel_poly, mmd2


def polynomial_kernel(x, y):
    return kernel_poly(x, y, kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)


def rounded(values):
    return np.asarray(values, dtype=np.float64).astype(np.float32).astype(np.float64).tolist()


def divergence(generator):
    mean = torch.randn(5, 4, generator=generator)
    log_variance = torch.randn(5, 4, generator=generator)
    mean.requires_grad_()
    log_variance.requires_grad_()
    q = torch.distributions.Normal(mean, (log_variance / 2).exp())
    p = torch.distributions.Normal(torch.zeros(5, 4), torch.ones(5, 4))
    kl = torch.distributions.kl_divergence(q, p).mean(0)
    freed = kl.clamp(min=0.9).sum()
    freed.backward()
    return {
        "mean": rounded(mean.detach()), "logVariance": rounded(log_variance.detach()),
        "divergence": rounded(kl.detach()), "free": 0.9, "freed": freed.item(),
        "meanGradient": rounded(mean.grad), "logVarianceGradient": rounded(log_variance.grad)}


def reconstruction(generator):
    pictures = torch.rand(3, 2, 4, 4, generator=generator) * 2 - 1
    made = torch.rand(3, 2, 4, 4, generator=generator) * 2 - 1
    deviation = ((pictures - made) ** 2).mean().sqrt()
    likelihood = torch.distributions.Normal(made, deviation).log_prob(pictures).sum() / 3
    return {
        "pictures": rounded(pictures.flatten()), "made": rounded(made.flatten()),
        "shape": [3, 2, 4, 4], "nats": -likelihood.item()}


def hinge(generator):
    real = (torch.randn(6, generator=generator) * 2).requires_grad_()
    made = (torch.randn(6, generator=generator) * 2).requires_grad_()
    # hinge_embedding_loss with y = -1 is max(0, margin - x).
    discriminator = F.relu(1 - real).mean() + F.relu(1 + made).mean()
    check = F.hinge_embedding_loss(real, -torch.ones(6)) + F.hinge_embedding_loss(-made, -torch.ones(6))
    assert abs(discriminator.item() - check.item()) < 1e-6
    discriminator.backward()
    return {
        "real": rounded(real.detach()), "made": rounded(made.detach()),
        "discriminator": check.item(), "generator": -made.mean().item(),
        "realGradient": rounded(real.grad), "madeGradient": rounded(made.grad)}


def spectral(generator):
    layer = torch.nn.Conv2d(3, 4, 3, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(layer.weight.shape, generator=generator))
    weight = layer.weight.detach().clone()
    torch.manual_seed(1)
    layer = torch.nn.utils.parametrizations.spectral_norm(layer)
    norm = layer.parametrizations.weight[0]
    u, v = norm._u.clone(), norm._v.clone()
    layer.train()
    normal = layer.weight
    (normal * torch.arange(normal.numel()).reshape(normal.shape).float()).sum().backward()
    gradient = layer.parametrizations.weight.original.grad
    return {
        "shape": list(weight.shape), "weight": rounded(weight.flatten()), "u": rounded(u),
        "v": rounded(v), "nextU": rounded(norm._u), "nextV": rounded(norm._v),
        "normal": rounded(normal.detach().flatten()), "gradient": rounded(gradient.flatten()),
        "largest": torch.linalg.matrix_norm(weight.reshape(4, -1), 2).item()}


def distances(random):
    a = random.normal(0, 1, (60, 8)) @ random.normal(0, 1, (8, 8))
    b = random.normal(0.3, 1.2, (45, 8)) @ random.normal(0, 1, (8, 8))
    frechet = calculate_frechet_distance(
        a.mean(0), np.cov(a, rowvar=False), b.mean(0), np.cov(b, rowvar=False))
    # torch-fidelity takes subsets of equal size: the first 45 of both, unbiased.
    x, y = a[:45], b
    kernel = mmd2(
        polynomial_kernel(x, x), polynomial_kernel(x, y), polynomial_kernel(y, y), unit_diagonal=False,
        mmd_est="unbiased")
    few = a[:5]
    singular = calculate_frechet_distance(
        few.mean(0), np.cov(few, rowvar=False), b.mean(0), np.cov(b, rowvar=False))
    return {
        "a": [list(row) for row in a], "b": [list(row) for row in b], "frechet": float(frechet),
        "kernel": float(kernel), "kernelCount": 45, "few": 5, "frechetOfFew": float(singular)}


generator = torch.Generator().manual_seed(7)
fixture = {
    "made": f"torch {torch.__version__}, pytorch-fid 0.3.0, torch-fidelity 0.4.0",
    "divergence": divergence(generator), "reconstruction": reconstruction(generator),
    "hinge": hinge(generator), "spectral": spectral(generator),
    "distances": distances(np.random.default_rng(7))}
path = pathlib.Path(__file__).parent.parent / "generating.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
