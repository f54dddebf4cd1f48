// What the autograd nodes of batch norm share: threads over rows, sums over them, a layer's numbers.
#pragma once
#include "node.h"

#include <vector>

namespace winnow {

/// Shares `count` rows of `each` floats among the threads: body(piece, begin, end); few floats stay on one thread.
template <class Body> int over_rows(int64_t count, int64_t each, Body &&body) {
    const int pieces = count * each < 32768 ? 1 : at::get_num_threads();
    struct State {
        Body &body;
        int64_t count;
        int pieces;
    } state{body, count, pieces};
    in_parallel(
        pieces,
        [](void *data, int piece) {
            auto &s = *static_cast<State *>(data);
            s.body(piece, s.count * piece / s.pieces, s.count * (piece + 1) / s.pieces);
        },
        &state);
    return pieces;
}

/// Two rows of double sums for each thread, added up in thread order.
struct Sums {
    int64_t channels;
    std::vector<double> values;
    explicit Sums(int64_t channels)
        : channels(channels), values(static_cast<size_t>(2 * channels * at::get_num_threads()), 0.0) {}
    double *first(int piece) { return values.data() + 2 * channels * piece; }
    double *second(int piece) { return first(piece) + channels; }
    void gather(int pieces) {
        for (int p = 1; p < pieces; ++p)
            for (int64_t c = 0; c < 2 * channels; ++c) values[static_cast<size_t>(c)] += first(p)[c];
    }
};

/// Of each channel: mean, scale, offset and 1 / sqrt(var + eps), in one tensor; the parameters, in training.
struct NormLayer {
    at::Tensor values, w, b;
    int64_t channels() const { return values.size(1); }
    float *row(int64_t i) const { return values.data_ptr<float>() + i * channels(); }
    wk_norm norm(bool relu) const { return {row(0), row(1), row(2), relu}; }
    const float *inverse() const { return row(3); }
};

/// A batch norm's parameters and statistics, as torch.nn.BatchNorm2d has them.
struct NormParameters {
    const at::Tensor &w, &b, &running_mean, &running_var;
    double momentum, eps;
};

/// That of this batch, over all processes; moves the running statistics along.
NormLayer batch_statistics(const at::Tensor &x, const NormParameters &p);

/// Gradients of weight and bias (undefined where these took their step by them), and [slope, level] of `input_gradient`.
struct NormGradients {
    at::Tensor dw, db, factors;
    const float *slope() const { return factors.data_ptr<float>(); }
    const float *level() const { return slope() + factors.size(1); }
};
/// From the sums of the gradient and of its product with x - mean, over this process's `rows`; `sums` is used up.
NormGradients norm_gradients(const NormLayer &layer, Sums &sums, int64_t rows);

/// Whether these nodes take it: float32 on the CPU, channels-last, more than one value a channel.
bool takes_norm(const at::Tensor &x, const NormParameters &p);
bool is_rows(const at::Tensor &t);

/// Batch norm, `residual` (undefined for none), ReLU or none, in training, of what these nodes take.
at::Tensor fused_norm(const at::Tensor &x, const NormParameters &p, const at::Tensor &residual, bool relu);
/// With a ReLU, of anything.
at::Tensor norm_relu(const at::Tensor &x, const NormParameters &p, const at::Tensor &residual, bool training);

} // namespace winnow
