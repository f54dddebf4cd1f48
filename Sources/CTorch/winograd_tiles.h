// The arithmetic of one tile, for winograd.cpp: transforms, and the inner matrix product. AVX-512.
#pragma once
#include "winograd.h"

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

namespace winnow {
namespace {

/// Sixteen channels.
typedef float Vector __attribute__((vector_size(64), aligned(4)));
constexpr int64_t kVector = 16, kPanel = 32, kRows = 8, kPlaces = 16;

inline Vector load(const float *from) { return *reinterpret_cast<const Vector *>(from); }
inline void store(float *to, Vector value) { *reinterpret_cast<Vector *>(to) = value; }

/// c[i][0..<32] (+)= sum over k of a[i * row + k * step] * b[k * ldb][0..<32], for eight rows i.
template <bool adds>
inline void multiply(const float *a, int64_t row, int64_t step, const float *b, int64_t ldb, float *c, int64_t ldc,
              int64_t count) {
    Vector low[kRows], high[kRows];
#pragma clang loop unroll(full)
    for (int i = 0; i < kRows; ++i) {
        low[i] = adds ? load(c + i * ldc) : Vector{};
        high[i] = adds ? load(c + i * ldc + kVector) : Vector{};
    }
    for (int64_t k = 0; k < count; ++k) {
        const Vector left = load(b), right = load(b + kVector);
#pragma clang loop unroll(full)
        for (int i = 0; i < kRows; ++i) {
            low[i] += a[i * row] * left;
            high[i] += a[i * row] * right;
        }
        a += step;
        b += ldb;
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < kRows; ++i) {
        store(c + i * ldc, low[i]);
        store(c + i * ldc + kVector, high[i]);
    }
}

/// A 2x2 tile of the output: which picture, and its first row and column.
struct Tile {
    int64_t picture, row, column;

    Tile(const Winograd &w, int64_t index) {
        const int64_t across = (w.width + 1) / 2, each = across * ((w.height + 1) / 2);
        picture = index / each;
        row = index % each / across * 2;
        column = index % across * 2;
    }
};

/// B' d B of the 4x4 tile around `tile`, of `channels` channels; place p goes to v + p * stride.
inline void transform_input(const Winograd &w, const float *x, int64_t channels, const Tile &tile, float *v, int64_t stride) {
    const float *picture = x + tile.picture * w.height * w.width * channels;
    for (int64_t c = 0; c < channels; c += kVector) {
        Vector d[4][4];
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; ++i) {
            const int64_t row = tile.row + i - 1;
            const bool inside = row >= 0 && row < w.height;
#pragma clang loop unroll(full)
            for (int j = 0; j < 4; ++j) {
                const int64_t column = tile.column + j - 1;
                const bool there = inside && column >= 0 && column < w.width;
                d[i][j] = there ? load(picture + (row * w.width + column) * channels + c) : Vector{};
            }
        }
        Vector e[4][4];
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; ++j) {
            e[0][j] = d[0][j] - d[2][j];
            e[1][j] = d[1][j] + d[2][j];
            e[2][j] = d[2][j] - d[1][j];
            e[3][j] = d[1][j] - d[3][j];
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; ++i) {
            float *to = v + 4 * i * stride + c;
            store(to, e[i][0] - e[i][2]);
            store(to + stride, e[i][1] + e[i][2]);
            store(to + 2 * stride, e[i][2] - e[i][1]);
            store(to + 3 * stride, e[i][1] - e[i][3]);
        }
    }
}

/// A' m A: the 2x2 tile of the output for one panel of channels, from m[place][panel].
inline void transform_output(const Winograd &w, const float *m, int64_t stride, const Tile &tile, int64_t first, float *y) {
    for (int64_t c = 0; c < kPanel; c += kVector) {
        Vector e[2][4];
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; ++j) {
            const float *from = m + j * stride + c;
            const Vector a = load(from), b = load(from + 4 * stride), d = load(from + 8 * stride);
            e[0][j] = a + b + d;
            e[1][j] = b - d - load(from + 12 * stride);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < 2; ++i) {
            if (tile.row + i >= w.height) continue;
            float *to = y + ((tile.picture * w.height + tile.row + i) * w.width + tile.column) * w.out + first + c;
            store(to, e[i][0] + e[i][1] + e[i][2]);
            if (tile.column + 1 < w.width) store(to + w.out, e[i][1] - e[i][2] - e[i][3]);
        }
    }
}

/// A dy A' of the 2x2 tile of the output's gradient: the adjoint of `transform_output`.
inline void transform_gradient(const Winograd &w, const float *dy, const Tile &tile, float *z, int64_t stride) {
    for (int64_t c = 0; c < w.out; c += kVector) {
        Vector d[2][2];
        for (int i = 0; i < 2; ++i) {
            for (int j = 0; j < 2; ++j) {
                const int64_t row = tile.row + i, column = tile.column + j;
                const bool there = row < w.height && column < w.width;
                d[i][j] = there ? load(dy + ((tile.picture * w.height + row) * w.width + column) * w.out + c) : Vector{};
            }
        }
        const Vector e[4][2] = {{d[0][0], d[0][1]},
                                {d[0][0] + d[1][0], d[0][1] + d[1][1]},
                                {d[0][0] - d[1][0], d[0][1] - d[1][1]},
                                {-d[1][0], -d[1][1]}};
        for (int i = 0; i < 4; ++i) {
            float *to = z + 4 * i * stride + c;
            store(to, e[i][0]);
            store(to + stride, e[i][0] + e[i][1]);
            store(to + 2 * stride, e[i][0] - e[i][1]);
            store(to + 3 * stride, -e[i][1]);
        }
    }
}

/// G g G' of sixteen kernels at once, one to a lane.
inline void transform_kernels(const Vector g[3][3], Vector u[kPlaces]) {
    Vector e[4][3];
    for (int j = 0; j < 3; ++j) {
        e[0][j] = g[0][j];
        e[1][j] = 0.5f * (g[0][j] + g[1][j] + g[2][j]);
        e[2][j] = 0.5f * (g[0][j] - g[1][j] + g[2][j]);
        e[3][j] = g[2][j];
    }
    for (int i = 0; i < 4; ++i) {
        u[4 * i] = e[i][0];
        u[4 * i + 1] = 0.5f * (e[i][0] + e[i][1] + e[i][2]);
        u[4 * i + 2] = 0.5f * (e[i][0] - e[i][1] + e[i][2]);
        u[4 * i + 3] = e[i][2];
    }
}

/// G' u G: the adjoint of `transform_kernels`.
inline void gather_kernels(const Vector u[kPlaces], Vector g[3][3]) {
    Vector e[3][4];
    for (int j = 0; j < 4; ++j) {
        const Vector a = 0.5f * (u[4 + j] + u[8 + j]), b = 0.5f * (u[4 + j] - u[8 + j]);
        e[0][j] = u[j] + a;
        e[1][j] = b;
        e[2][j] = a + u[12 + j];
    }
    for (int i = 0; i < 3; ++i) {
        const Vector a = 0.5f * (e[i][1] + e[i][2]), b = 0.5f * (e[i][1] - e[i][2]);
        g[i][0] = e[i][0] + a;
        g[i][1] = b;
        g[i][2] = a + e[i][3];
    }
}

} // namespace
} // namespace winnow

#pragma clang attribute pop
