// What the kernels share that no instruction set changes: shapes, sharing, scratch.
#pragma once
#include "convolution.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

/// Sums only stay in registers when the loops over them disappear.
#define WK_UNROLL _Pragma("clang loop unroll(full)")

namespace winnow_kernels {

inline int64_t out_height(const wk_conv &c) { return (c.height + 2 * c.padding - c.kernel) / c.stride + 1; }
inline int64_t out_width(const wk_conv &c) { return (c.width + 2 * c.padding - c.kernel) / c.stride + 1; }

inline int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
inline int64_t rounded_up(int64_t a, int64_t b) { return divided_up(a, b) * b; }
/// Where the share of `piece` begins, when `count` things are shared among `pieces`.
inline int64_t share(int64_t count, int piece, int pieces) { return count * piece / pieces; }

/// Runs body(piece) on the team.
template <class Body> void in_parallel(const wk_team &team, Body &&body) {
    if (team.pieces <= 1) {
        body(0);
        return;
    }
    team.run(team.pieces, [](void *state, int piece) { (*static_cast<std::remove_reference_t<Body> *>(state))(piece); },
             &body);
}

/// Hands out parts of a scratch array; with no array it only counts.
struct Arena {
    float *base;
    int64_t used = 0;
    float *take(int64_t floats) {
        float *part = base ? base + used : nullptr;
        used += rounded_up(floats, 16);
        return part;
    }
};

} // namespace winnow_kernels
