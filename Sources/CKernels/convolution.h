// Inner loops that an instruction set decides the speed of, on plain arrays: no library, no policy.
//
// Float32 throughout. Pictures are [batch][height][width][channels] (channels-last), the weights of a
// convolution [out][kernel][kernel][in]. Threads are lent by the caller: `pieces` of them share a call,
// and the same number of them gives the same bytes again.
#pragma once
#include "norm.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A convolution of one group, or a depthwise one: square kernel up to 8, the same stride and padding both ways.
typedef struct wk_conv {
    int64_t batch, height, width, in, out, kernel, stride, padding;
    /// 0: the fastest way; 1: direct, over gathered rows; 2, 3, 4: Winograd with that tile where the shape allows. For tests.
    int method;
    /// One group a channel, `in` being `out`; the weights are [channel][kernel][kernel].
    bool depthwise;
    /// The weights do not change any more: they are given as `pack` made them, and Winograd's tiles may be larger.
    bool frozen;
    /// Of frozen weights: how many are not zero; 0 where that was not counted.
    int64_t nonzeros;
} wk_conv;

/// What becomes of each output of the forward direction before it is stored: bias and residual are added, then it is
/// limited. Not a number stays what it is.
typedef struct wk_ending {
    /// One a channel; null for none.
    const float *bias;
    /// Of the output's shape and order; null for none.
    const float *residual;
    /// Minus infinity and infinity for none.
    float low, high;
} wk_ending;

/// Calls body(state, piece) for each of `count` pieces, side by side, and returns when all are done.
typedef void (*wk_parallel)(int count, void (*body)(void *state, int piece), void *state);

/// Who does the work: how many pieces, and what runs them.
typedef struct wk_team {
    int pieces;
    wk_parallel run;
} wk_team;

/// The three directions of a convolution.
enum wk_direction { WK_FORWARD = 0, WK_INPUT_GRADIENT = 1, WK_WEIGHT_GRADIENT = 2 };

/// One step of stochastic gradient descent as torch.optim.SGD does it.
typedef struct wk_sgd {
    float lr, momentum, decay;
    bool nesterov, first;
} wk_sgd;

/// A parameter's floats, in the same order in all; `velocity` is null without momentum, `mask` (0 or 1) where
/// nothing is pruned; the gradient is multiplied by it.
typedef struct wk_parameter {
    float *weights;
    const float *gradient;
    float *velocity;
    const float *mask;
    int64_t count;
} wk_parameter;

/// One instruction set's loops.
typedef struct wk_kernels {
    /// avx512, avx2 or plain (NEON on ARM).
    const char *name;
    /// Floats of scratch, aligned to 64 bytes, that a call needs.
    int64_t (*scratch)(const wk_conv *c, int direction, int pieces);
    /// y = x * w, and its ending.
    void (*forward)(const wk_conv *c, const float *x, const float *w, const wk_ending *ending, float *y,
                    float *scratch, wk_team team);
    /// Which order the frozen convolution reads its weights in: shapes of the same order share what `pack` made. 0: as
    /// they lie.
    int (*packing)(const wk_conv *c);
    /// Floats of the weights in that order.
    int64_t (*packed)(const wk_conv *c);
    /// Brings the weights into that order.
    void (*pack)(const wk_conv *c, const float *w, float *to);
    /// Whether `sparse_forward` is the faster way for frozen weights with so many that are not zero.
    bool (*takes_sparse)(const wk_conv *c);
    /// Floats of scratch, floats of the weights, and their order, for that.
    int64_t (*sparse_scratch)(const wk_conv *c, int pieces);
    int64_t (*sparse_packed)(const wk_conv *c);
    void (*sparse_pack)(const wk_conv *c, const float *w, float *to);
    /// The forward direction over pictures, residual and outputs that lie as planes: [batch][channel][height][width].
    void (*sparse_forward)(const wk_conv *c, const float *x, const float *w, const wk_ending *ending, float *y,
                           float *scratch, wk_team team);
    /// dx from dy; with `adds` it is added to what stands in dx.
    void (*input_gradient)(const wk_conv *c, const float *dy, const float *w, bool adds, float *dx, float *scratch,
                           wk_team team);
    /// dw from x and dy; what stood in dw is overwritten.
    void (*weight_gradient)(const wk_conv *c, const float *x, const float *dy, float *dw, float *scratch,
                            wk_team team);
    /// Whether `descend` takes the convolution: few pictures or small ones, over many weights.
    bool (*descends)(const wk_conv *c);
    /// The weights' gradient, taken at once as a step of the parameter, while it lies in a cache: what weight_gradient
    /// and sgd do, to the bit. The parameter's own gradient is not read. The same scratch as weight_gradient's.
    void (*descend)(const wk_conv *c, const float *x, const float *dy, const wk_sgd *step,
                    const wk_parameter *parameter, float *scratch, wk_team team);
    /// The way that a call takes, for tests and tables: "direct", "winograd4", ...
    const char *(*method)(const wk_conv *c, int direction);
    /// A step over all parameters, in one pass.
    void (*sgd)(const wk_sgd *step, const wk_parameter *parameters, int count, wk_team team);
    /// Batch norm and what follows it.
    wk_norm_kernels norm;
} wk_kernels;

/// Those of an instruction set, or null where the name is unknown or this processor has it not.
const wk_kernels *wk_kernels_named(const char *name);
/// The widest that this processor runs; WINNOW_ISA=avx512|avx2|plain overrides (read once).
const wk_kernels *wk_kernels_best(void);
/// Whether these kernels take the convolution at all.
bool wk_conv_fits(const wk_conv *c);

#ifdef __cplusplus
}
#endif
