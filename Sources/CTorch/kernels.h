// Plain loops over rows of channels: what the fused batch norm does to memory. No Torch here.
//
// A row is one pixel: `channels` floats next to each other (channels-last). Rows are shared out among
// threads; partial sums are added in thread order, so results repeat bitwise.
#pragma once
#include <cstdint>

namespace winnow {

/// Calls body(state, piece) for each piece, each on a thread of its own (threads.cpp).
void in_parallel(int count, void (*body)(void *state, int piece), void *state);

/// sum[c] += x - shift[c], and square[c] += its square, over rows begin..<end.
void moments(const float *x, const float *shift, int64_t channels, int64_t begin, int64_t end, double *sum,
             double *square);
/// y = max(0, x * scale + offset + residual); `residual` may be null.
void scale_add_relu(const float *x, const float *residual, const float *scale, const float *offset,
                    int64_t channels, int64_t begin, int64_t end, float *y);
/// Sums of g and g * (x - mean), g being `dy` where the ReLU was open. With `open` (the layer's output,
/// present when a residual was added) the gate is open > 0, and g is written to `gated`.
void gate_sums(const float *dy, const float *x, const float *open, const float *scale, const float *offset,
               const float *mean, int64_t channels, int64_t begin, int64_t end, float *gated, double *sum,
               double *product);
/// dx = g * a[c] + x * b[c] + d[c]; g as above, or `dy` itself when `gated_already`.
void input_gradient(const float *dy, const float *x, const float *scale, const float *offset, bool gated_already,
                    const float *a, const float *b, const float *d, int64_t channels, int64_t begin, int64_t end,
                    float *dx);

} // namespace winnow
