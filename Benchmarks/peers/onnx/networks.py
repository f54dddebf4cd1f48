"""The networks that Winnow must take from ONNX: torchvision's, and small ones of the same makes for tests."""
import torch
import torchvision.models as tv
from torch import nn

LARGE = [
    "resnet18", "resnet50", "wide_resnet50_2", "resnext50_32x4d", "vgg16_bn", "mobilenet_v2", "mobilenet_v3_small",
    "efficientnet_b0", "densenet121", "squeezenet1_1", "shufflenet_v2_x1_0", "regnet_y_400mf", "mnasnet1_0",
    "googlenet", "convnext_tiny", "vit_b_16", "swin_t",
]

# Those whose gradients of every parameter are compared with PyTorch's.
GRADIENTS = ["resnet18", "mobilenet_v2", "efficientnet_b0", "convnext_tiny", "vit_b_16"]


class Shuffle(nn.Module):
    """Grouped convolutions with a channel shuffle, squeeze-and-excitation, and a flattened picture."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3, 2, 1)
        self.group = nn.Conv2d(12, 12, 3, 1, 1, groups=3)
        self.depth = nn.Conv2d(12, 24, 3, 2, 1, groups=12)
        self.squeeze, self.excite = nn.Conv2d(24, 6, 1), nn.Conv2d(6, 24, 1)
        self.norm = nn.GroupNorm(4, 24)
        self.up = nn.ConvTranspose2d(24, 8, 2, 2)
        self.slope = nn.PReLU(8)
        self.head = nn.Linear(8 * 16 * 16, 5)

    def forward(self, x):
        x = torch.relu(self.group(torch.relu(self.stem(x))))
        n, c, h, w = x.shape
        x = x.view(n, 3, c // 3, h, w).transpose(1, 2).reshape(n, c, h, w)
        x = nn.functional.elu(self.depth(x))
        scale = torch.sigmoid(self.excite(torch.relu(self.squeeze(x.mean((2, 3), keepdim=True)))))
        x = self.norm(x * scale)
        x = nn.functional.interpolate(self.slope(self.up(x)), scale_factor=2, mode="bilinear")
        x = nn.functional.max_pool2d(x, 3, 2, 1) - nn.functional.avg_pool2d(x, 3, 2, 1)
        return self.head(torch.flatten(nn.functional.leaky_relu(x), 1))


def small_swin():
    return tv.SwinTransformer(patch_size=[2, 2], embed_dim=12, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4],
                              num_classes=5)


SMALL = {
    "regnet": lambda: tv.RegNet(tv.regnet.BlockParams([1, 2], [16, 32], [8, 8], [1.0, 1.0], [2, 2], 0.25),
                                num_classes=5, stem_width=8),
    "mobile": lambda: tv.mobilenet_v2(num_classes=5, width_mult=0.25, inverted_residual_setting=[
        [1, 8, 1, 1], [4, 16, 2, 2], [4, 24, 1, 2]]),
    "dense": lambda: tv.DenseNet(growth_rate=4, block_config=(2, 2), num_init_features=8, bn_size=2, num_classes=5),
    "shuffle": lambda: tv.ShuffleNetV2([1, 1, 1], [8, 16, 24, 32, 40], num_classes=5),
    "squeeze": Shuffle,
    "vit": lambda: tv.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5),
    "swin": small_swin,
    "convnext": lambda: tv.ConvNeXt([tv.convnext.CNBlockConfig(8, 16, 1), tv.convnext.CNBlockConfig(16, None, 1)],
                                    num_classes=5),
}


def build(name):
    """A network with random weights whose scores depend on the picture, in evaluation mode.

    Batch norms have the statistics of random pictures: with others the signal dies on its way through MobileNetV2,
    whose scores are then the same for all pictures, and any error passes."""
    torch.manual_seed(0)
    if name in SMALL:
        model = SMALL[name]()
    else:
        options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
        model = getattr(tv, name)(weights=None, **options)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        if hasattr(model, "heads"):  # torchvision leaves this head zero
            nn.init.normal_(model.heads[-1].weight, std=0.02, generator=generator)
        if name in SMALL or name in GRADIENTS:  # equal weights would be stored once; the draws make them differ
            drawn = [(key, parameter) for key, parameter in model.named_parameters()
                     if parameter.dim() == 1 or key.endswith("layer_scale")]
            # The classes' bias stays small in a large network, or it would be all that differences are relative to.
            for key, parameter in drawn if name in SMALL else drawn[:-1]:
                parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
            if name not in SMALL:  # blocks add little to what passes by, as in trained networks; else rounding grows
                nn.init.constant_(module.weight, 0.3)
    size, count = (32, 32) if name in SMALL else (224, 4)
    with torch.no_grad():
        model.train()(torch.randn((count, 3, size, size), generator=generator))
    return model.eval()


def pictures(name):
    size = 32 if name in SMALL else 224
    return torch.randn((2, 3, size, size), generator=torch.Generator().manual_seed(2))
