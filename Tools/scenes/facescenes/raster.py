"""A z-buffer rasteriser: which triangle a pixel sees, and where in it."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def visible(screen, triangles, height, width):
    """Draws triangles into a z-buffer.

    `screen` (V, 3): x and y in pixels, and depth's inverse w (larger is nearer; affine on the
    screen, so that it interpolates linearly). Returns the nearest triangle of each pixel (-1 for
    none) and its w.
    """
    owner = np.full((height, width), -1, np.int32)
    nearest = np.zeros((height, width))
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, aw = screen[a, 0], screen[a, 1], screen[a, 2]
        bx, by, bw = screen[b, 0], screen[b, 1], screen[b, 2]
        cx, cy, cw = screen[c, 0], screen[c, 1], screen[c, 2]
        if aw <= 0 or bw <= 0 or cw <= 0:
            continue
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-12:
            continue
        x0 = max(int(np.ceil(min(ax, bx, cx) - 0.5)), 0)
        x1 = min(int(np.floor(max(ax, bx, cx) - 0.5)), width - 1)
        y0 = max(int(np.ceil(min(ay, by, cy) - 0.5)), 0)
        y1 = min(int(np.floor(max(ay, by, cy) - 0.5)), height - 1)
        for y in range(y0, y1 + 1):
            py = y + 0.5
            for x in range(x0, x1 + 1):
                px = x + 0.5
                u = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area
                v = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area
                s = 1.0 - u - v
                if u < 0 or v < 0 or s < 0:
                    continue
                w = u * aw + v * bw + s * cw
                if w > nearest[y, x]:
                    nearest[y, x] = w
                    owner[y, x] = t
    return owner, nearest


@njit(cache=True)
def weights(screen, triangle, x, y):
    """Perspective-correct weights of a triangle's three corners at the centre of pixel (x, y)."""
    a, b, c = triangle[0], triangle[1], triangle[2]
    px, py = x + 0.5, y + 0.5
    ax, ay, bx, by = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1]
    cx, cy = screen[c, 0], screen[c, 1]
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    u = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area
    v = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area
    s = 1.0 - u - v
    u, v, s = u * screen[a, 2], v * screen[b, 2], s * screen[c, 2]
    total = u + v + s
    return u / total, v / total, s / total
