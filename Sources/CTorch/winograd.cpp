#include "winograd.h"

#if defined(__x86_64__)
#include "kernels.h"
#include "winograd_tiles.h"

#include <algorithm>
#include <cstring>

// Compiled for AVX-512, and reached only where the processor has it.
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)

namespace winnow {
namespace {

int64_t share(int64_t count, int piece, int pieces) { return count * piece / pieces; }

/// Tiles worked on at a time, so that what is made of them stays in the second cache.
int64_t block_tiles(int64_t channels) { return std::clamp<int64_t>(6144 / channels / kRows * kRows, kRows, 96); }

/// A call shared among threads: all that a piece needs.
struct Call {
    const Winograd &shape;
    int pieces;
    const float *x, *other;
    float *scratch, *result;
};

/// Transformed weights lie by panel of output channels, place, input channel, output channel.
float *place_of(const Winograd &w, float *u, int64_t in, int64_t out) {
    return u + (out / kPanel * kPlaces * w.in + in) * kPanel + out % kPanel;
}

/// Sixteen kernels of adjacent input channels of the stored weights [filter][3][3][channels].
void load_kernels(const float *w, int64_t channels, int64_t filter, int64_t channel, bool mirrored, Vector g[3][3]) {
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            const int place = mirrored ? 8 - 3 * i - j : 3 * i + j;
            g[i][j] = load(w + (filter * 9 + place) * channels + channel);
        }
}

/// Sixteen filters times sixteen channels, turned so that filters are adjacent.
void transform_block(const Winograd &w, const float *weights, int64_t filter, int64_t channel, float *u) {
    alignas(64) float turned[kPlaces][kVector][kVector];
    for (int64_t k = 0; k < kVector; ++k) {
        Vector g[3][3], made[kPlaces];
        load_kernels(weights, w.in, filter + k, channel, false, g);
        transform_kernels(g, made);
        for (int64_t p = 0; p < kPlaces; ++p) store(turned[p][k], made[p]);
    }
    for (int64_t p = 0; p < kPlaces; ++p)
        for (int64_t c = 0; c < kVector; ++c) {
            float *to = place_of(w, u, channel + c, filter) + p * w.in * kPanel;
            for (int64_t k = 0; k < kVector; ++k) to[k] = turned[p][k][c];
        }
}

void transform_piece(void *state, int piece) {
    const Call &call = *static_cast<Call *>(state);
    const Winograd &w = call.shape;
    const int64_t blocks = w.out / kVector;
    for (int64_t b = share(blocks, piece, call.pieces); b < share(blocks, piece + 1, call.pieces); ++b)
        for (int64_t c = 0; c < w.in; c += kVector) transform_block(w, call.x, b * kVector, c, call.result);
}

/// For the gradient of the input: what are filters in the stored weights are input channels here.
void mirror_piece(void *state, int piece) {
    const Call &call = *static_cast<Call *>(state);
    const Winograd &w = call.shape;
    for (int64_t in = share(w.in, piece, call.pieces); in < share(w.in, piece + 1, call.pieces); ++in)
        for (int64_t out = 0; out < w.out; out += kVector) {
            Vector g[3][3], made[kPlaces];
            load_kernels(call.x, w.out, in, out, true, g);
            transform_kernels(g, made);
            float *to = place_of(w, call.result, in, out);
            for (int64_t p = 0; p < kPlaces; ++p) store(to + p * w.in * kPanel, made[p]);
        }
}

void convolve_piece(void *state, int piece) {
    const Call &call = *static_cast<Call *>(state);
    const Winograd &w = call.shape;
    const int64_t block = block_tiles(w.in), end = share(w.tiles(), piece + 1, call.pieces);
    float *v = call.scratch + piece * block * kPlaces * (w.in + kPanel), *m = v + block * kPlaces * w.in;
    for (int64_t start = share(w.tiles(), piece, call.pieces); start < end; start += block) {
        const int64_t count = std::min(block, end - start);
        for (int64_t t = 0; t < count; ++t)
            transform_input(w, call.x, w.in, Tile(w, start + t), v + t * w.in, block * w.in);
        for (int64_t panel = 0; panel < w.out / kPanel; ++panel) {
            for (int64_t p = 0; p < kPlaces; ++p) {
                const float *u = call.other + (panel * kPlaces + p) * w.in * kPanel;
                for (int64_t t = 0; t < count; t += kRows)
                    multiply<false>(v + (p * block + t) * w.in, w.in, 1, u, kPanel, m + (p * block + t) * kPanel,
                                    kPanel, w.in);
            }
            for (int64_t t = 0; t < count; ++t)
                transform_output(w, m + t * kPanel, block * kPanel, Tile(w, start + t), panel * kPanel, call.result);
        }
    }
}

void gradient_piece(void *state, int piece) {
    const Call &call = *static_cast<Call *>(state);
    const Winograd &w = call.shape;
    const int64_t block = block_tiles(std::max(w.in, w.out)), end = share(w.tiles(), piece + 1, call.pieces);
    float *sums = call.scratch + piece * kPlaces * (w.in * w.out + block * (w.in + w.out));
    float *v = sums + w.weights(), *z = v + kPlaces * block * w.in;
    std::memset(sums, 0, sizeof(float) * static_cast<size_t>(w.weights()));
    for (int64_t start = share(w.tiles(), piece, call.pieces); start < end; start += block) {
        const int64_t count = std::min(block, end - start);
        for (int64_t t = 0; t < count; ++t) {
            const Tile tile(w, start + t);
            transform_input(w, call.x, w.in, tile, v + t * w.in, block * w.in);
            transform_gradient(w, call.other, tile, z + t * w.out, block * w.out);
        }
        for (int64_t p = 0; p < kPlaces; ++p)
            for (int64_t c = 0; c < w.in; c += kPanel)
                for (int64_t k = 0; k < w.out; k += kRows)
                    multiply<true>(z + p * block * w.out + k, 1, w.out, v + p * block * w.in + c, w.in,
                                   sums + (p * w.out + k) * w.in + c, w.in, count);
    }
}

/// Adds the pieces' sums in order and turns them back into kernels, [out][3][3][in].
void gather_piece(void *state, int piece) {
    const Call &call = *static_cast<Call *>(state);
    const Winograd &w = call.shape;
    const int64_t each = w.gradient_scratch(1);
    for (int64_t k = share(w.out, piece, call.pieces); k < share(w.out, piece + 1, call.pieces); ++k) {
        for (int64_t c = 0; c < w.in; c += kVector) {
            Vector u[kPlaces] = {}, g[3][3];
            for (int64_t from = 0; from < call.pieces; ++from)
                for (int64_t p = 0; p < kPlaces; ++p)
                    u[p] += load(call.scratch + from * each + (p * w.out + k) * w.in + c);
            gather_kernels(u, g);
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 3; ++j) store(call.result + (k * 9 + 3 * i + j) * w.in + c, g[i][j]);
        }
    }
}

} // namespace

bool Winograd::fits() const {
    return in % kPanel == 0 && out % kPanel == 0 && std::min(height, width) >= 10 && tiles() >= 64;
}
int64_t Winograd::convolve_scratch(int pieces) const { return pieces * block_tiles(in) * kPlaces * (in + kPanel); }
int64_t Winograd::gradient_scratch(int pieces) const {
    return pieces * kPlaces * (in * out + block_tiles(std::max(in, out)) * (in + out));
}
void Winograd::transform(const float *w, bool mirrored, int pieces, float *u) const {
    Call call{*this, pieces, w, nullptr, nullptr, u};
    in_parallel(pieces, mirrored ? mirror_piece : transform_piece, &call);
}
void Winograd::convolve(const float *x, const float *u, int pieces, float *scratch, float *y) const {
    Call call{*this, pieces, x, u, scratch, y};
    in_parallel(pieces, convolve_piece, &call);
}
void Winograd::weight_gradient(const float *x, const float *dy, int pieces, float *scratch, float *dw) const {
    Call call{*this, pieces, x, dy, scratch, dw};
    in_parallel(pieces, gradient_piece, &call);
    in_parallel(pieces, gather_piece, &call);
}

} // namespace winnow

#pragma clang attribute pop
#endif
