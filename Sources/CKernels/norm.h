// Batch norm and what follows it, as what it does to memory: a row is one pixel, its channels next to each other.
//
// Rows are shared out by the caller: each call takes begin ..< end. Sums go into float over a few rows, then into
// double, so that they repeat to the bit however many rows there are.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wk_rows {
    int64_t channels, begin, end;
} wk_rows;

/// y = x * scale + offset, one of each a channel, and a ReLU or none behind it. `mean` is that of x.
typedef struct wk_norm {
    const float *mean, *scale, *offset;
    bool relu;
} wk_norm;

/// A square window of at most 15 x 15 pixels over [batch][height][width][channels]; no window lies in the padding alone.
typedef struct wk_pool {
    int64_t batch, height, width, channels, kernel, stride, padding;
} wk_pool;

/// The tap of a window whose largest value a ReLU shut.
enum { WK_SHUT = 255 };

/// One instruction set's loops.
typedef struct wk_norm_kernels {
    /// sum[c] += x - shift[c], and square[c] += its square.
    void (*moments)(wk_rows rows, const float *x, const float *shift, double *sum, double *square);
    /// The norm, `residual` (null for none) added before the ReLU.
    void (*apply)(wk_rows rows, const wk_norm *norm, const float *x, const float *residual, float *y);
    /// Sums of g and g * (x - mean), g being `dy` where the ReLU was open. With `open` (what came out, kept where a
    /// residual was added) that is where open > 0, and g is written to `gated`.
    void (*gate)(wk_rows rows, const wk_norm *norm, const float *dy, const float *x, const float *open, float *gated,
                 double *sum, double *product);
    /// dx = g * scale + x * slope + level; g as above, or `dy` itself where `gated` says that it is that already.
    void (*input_gradient)(wk_rows rows, const wk_norm *norm, const float *dy, bool gated, const float *x,
                           const float *slope, const float *level, float *dx);
    /// Norm, ReLU and the largest of each window, for lines begin ..< end of all outputs (batch times their height).
    /// `chosen` is x where the largest was, `taps` where in the window, the first of equal ones, or WK_SHUT.
    void (*pool)(const wk_pool *pool, const wk_norm *norm, int64_t begin, int64_t end, const float *x, float *y,
                 float *chosen, uint8_t *taps);
    /// `gate` over the outputs of `pool`.
    void (*pool_gate)(wk_rows rows, const wk_norm *norm, const float *dy, const float *chosen, const uint8_t *taps,
                      double *sum, double *product);
    /// `input_gradient` of it all, for lines begin ..< end of all inputs (batch times height).
    void (*pool_input_gradient)(const wk_pool *pool, const wk_norm *norm, int64_t begin, int64_t end, const float *dy,
                                const uint8_t *taps, const float *x, const float *slope, const float *level,
                                float *dx);
} wk_norm_kernels;

#ifdef __cplusplus
}
#endif
