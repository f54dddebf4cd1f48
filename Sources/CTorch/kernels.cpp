#include "kernels.h"

#include <algorithm>
#include <vector>

#if defined(__x86_64__) && defined(__linux__)
#define WINNOW_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WINNOW_WIDE
#endif

namespace {

/// Rows added up in float before they go to the double sums: keeps the error of float below 1e-6.
constexpr int64_t kRowsAtOnce = 16;

WINNOW_WIDE void add_rows(const float *x, const float *shift, int64_t channels, int64_t rows, float *sum,
                          float *square) {
    for (int64_t r = 0; r < rows; ++r) {
        const float *row = x + r * channels;
        for (int64_t c = 0; c < channels; ++c) {
            const float d = row[c] - shift[c];
            sum[c] += d;
            square[c] += d * d;
        }
    }
}

WINNOW_WIDE void flush(float *small, double *large, int64_t channels) {
    for (int64_t c = 0; c < channels; ++c) {
        large[c] += static_cast<double>(small[c]);
        small[c] = 0;
    }
}

WINNOW_WIDE void relu_rows(const float *x, const float *scale, const float *offset, int64_t channels, int64_t rows,
                           float *y) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) {
            const float v = __builtin_fmaf(x[c], scale[c], offset[c]);
            y[c] = v > 0 ? v : 0;
        }
        x += channels;
        y += channels;
    }
}

WINNOW_WIDE void residual_relu_rows(const float *x, const float *residual, const float *scale, const float *offset,
                                    int64_t channels, int64_t rows, float *y) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) {
            const float v = __builtin_fmaf(x[c], scale[c], offset[c]) + residual[c];
            y[c] = v > 0 ? v : 0;
        }
        x += channels;
        y += channels;
        residual += channels;
    }
}

WINNOW_WIDE void gate_rows(const float *dy, const float *x, const float *scale, const float *offset,
                           const float *mean, int64_t channels, int64_t rows, float *sum, float *product) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) {
            const float g = __builtin_fmaf(x[c], scale[c], offset[c]) > 0 ? dy[c] : 0;
            sum[c] += g;
            product[c] += g * (x[c] - mean[c]);
        }
        x += channels;
        dy += channels;
    }
}

WINNOW_WIDE void gate_residual_rows(const float *dy, const float *x, const float *open, const float *mean,
                                    int64_t channels, int64_t rows, float *gated, float *sum, float *product) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) {
            const float g = open[c] > 0 ? dy[c] : 0;
            gated[c] = g;
            sum[c] += g;
            product[c] += g * (x[c] - mean[c]);
        }
        x += channels;
        dy += channels;
        open += channels;
        gated += channels;
    }
}

WINNOW_WIDE void gradient_rows(const float *g, const float *x, const float *a, const float *b, const float *d,
                               int64_t channels, int64_t rows, float *dx) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) dx[c] = g[c] * a[c] + (x[c] * b[c] + d[c]);
        g += channels;
        x += channels;
        dx += channels;
    }
}

WINNOW_WIDE void gated_gradient_rows(const float *dy, const float *x, const float *scale, const float *offset,
                                     const float *a, const float *b, const float *d, int64_t channels, int64_t rows,
                                     float *dx) {
    for (int64_t r = 0; r < rows; ++r) {
        for (int64_t c = 0; c < channels; ++c) {
            const float g = __builtin_fmaf(x[c], scale[c], offset[c]) > 0 ? dy[c] : 0;
            dx[c] = g * a[c] + (x[c] * b[c] + d[c]);
        }
        dy += channels;
        x += channels;
        dx += channels;
    }
}

/// Calls add(row, rows, first, second) a few rows at a time; the float sums then go to the double ones.
template <class Add>
void in_blocks(int64_t channels, int64_t begin, int64_t end, double *sum, double *other, Add &&add) {
    std::vector<float> small(static_cast<size_t>(2 * channels), 0.0f);
    float *first = small.data(), *second = first + channels;
    for (int64_t row = begin; row < end; row += kRowsAtOnce) {
        add(row, std::min(kRowsAtOnce, end - row), first, second);
        flush(first, sum, channels);
        flush(second, other, channels);
    }
}

} // namespace

namespace winnow {

void moments(const float *x, const float *shift, int64_t channels, int64_t begin, int64_t end, double *sum,
             double *square) {
    in_blocks(channels, begin, end, sum, square, [&](int64_t row, int64_t rows, float *s, float *q) {
        add_rows(x + row * channels, shift, channels, rows, s, q);
    });
}

void scale_add_relu(const float *x, const float *residual, const float *scale, const float *offset,
                    int64_t channels, int64_t begin, int64_t end, float *y) {
    const int64_t at = begin * channels, rows = end - begin;
    if (residual) residual_relu_rows(x + at, residual + at, scale, offset, channels, rows, y + at);
    else relu_rows(x + at, scale, offset, channels, rows, y + at);
}

void gate_sums(const float *dy, const float *x, const float *open, const float *scale, const float *offset,
               const float *mean, int64_t channels, int64_t begin, int64_t end, float *gated, double *sum,
               double *product) {
    in_blocks(channels, begin, end, sum, product, [&](int64_t row, int64_t rows, float *s, float *p) {
        const int64_t at = row * channels;
        if (open) gate_residual_rows(dy + at, x + at, open + at, mean, channels, rows, gated + at, s, p);
        else gate_rows(dy + at, x + at, scale, offset, mean, channels, rows, s, p);
    });
}

void input_gradient(const float *dy, const float *x, const float *scale, const float *offset, bool gated_already,
                    const float *a, const float *b, const float *d, int64_t channels, int64_t begin, int64_t end,
                    float *dx) {
    const int64_t at = begin * channels, rows = end - begin;
    if (gated_already) gradient_rows(dy + at, x + at, a, b, d, channels, rows, dx + at);
    else gated_gradient_rows(dy + at, x + at, scale, offset, a, b, d, channels, rows, dx + at);
}

} // namespace winnow
