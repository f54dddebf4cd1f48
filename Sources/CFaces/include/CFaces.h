// The inner loops of face detection, one output row at a time. No allocation, no policy.
//
// Memory is row-major, channels interleaved (channels-last), float32.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#define WF_NONNULL _Nonnull
#define WF_NULLABLE _Nullable
#else
#define WF_NONNULL
#define WF_NULLABLE
#endif

/// One layer: a kernel x kernel convolution without padding, then PReLU (slope 1: none).
typedef struct {
    int32_t kernel;
    /// Channels that come in.
    int32_t inputs;
    /// Channels that go out, a multiple of 16.
    int32_t outputs;
    /// [kernel][kernel][inputs][outputs]
    const float *WF_NONNULL weight;
    /// [outputs]
    const float *WF_NONNULL bias;
    /// [outputs]
    const float *WF_NONNULL slope;
} wf_layer;

/// The inputs that make one output of an area interpolation: `count` from `start`; `share` is 1 / count.
typedef struct {
    int32_t start;
    int32_t count;
    float share;
} wf_span;

typedef struct {
    /// One output row of a layer from `kernel` input rows: `width` pixels of `outputs` channels.
    void (*WF_NONNULL convolve)(const wf_layer *WF_NONNULL layer, const float *WF_NONNULL const *WF_NONNULL rows,
                                int32_t width, float *WF_NONNULL out);
    /// One output row of a max pooling by 2, the window `kernel` wide and `count` rows high, both cut at the edge
    /// (PyTorch's ceil mode). Takes pixels of `channels` (a multiple of 16) and keeps the first `kept` channels;
    /// writes up to 15 values past the end of the row.
    void (*WF_NONNULL pool)(const float *WF_NONNULL const *WF_NONNULL rows, int32_t count, int32_t width,
                            int32_t channels, int32_t kernel, int32_t kept, int32_t pooled, float *WF_NONNULL out);
    /// sums[i] = the sum of value i of `count` rows of bytes.
    void (*WF_NONNULL add_rows)(const uint8_t *WF_NONNULL first, int64_t stride, int32_t count, int64_t values,
                                int32_t *WF_NONNULL sums);
    /// (mean - 127.5) / 128 of each span of RGB sums over rows whose share is `share`; reads one value past the end.
    void (*WF_NONNULL mean_columns)(const int32_t *WF_NONNULL sums, const wf_span *WF_NONNULL spans, int32_t width,
                                    float share, float *WF_NONNULL out);
} wf_kernels;

/// The loops compiled for a kind of processor: 0 any, 1 AVX2 with FMA, 2 AVX-512; NULL where this one lacks it.
const wf_kernels *WF_NULLABLE wf_kernels_at(int32_t level);

/// The loops for the best kind that this processor runs.
const wf_kernels *WF_NONNULL wf_best_kernels(void);

#ifdef __cplusplus
}
#endif
