// Batch norm, residual sum and ReLU as one autograd node: each way two passes over memory instead of
// five (channels-last float32 on the CPU; elsewhere, and for the 16-bit activations of mixed precision,
// libtorch's own operations, with the same result).
//
// Ioffe & Szegedy 2015: y = (x - mean) / sqrt(var + eps) * w + b, biased variance over batch and pixels
// while training; running statistics take the unbiased one, as in torch.nn.BatchNorm2d.
#include "group.h"
#include "kernels.h"
#include "shim.h"
#include "synchronised_norm.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>
#include <vector>

using namespace winnow;

namespace {

/// Shares `rows` among the threads: body(piece, begin, end); small tensors stay on one thread.
template <class Body> int over_rows(int64_t rows, int64_t channels, Body &&body) {
    const int count = rows * channels < 32768 ? 1 : at::get_num_threads();
    struct State {
        Body &body;
        int64_t rows;
        int count;
    } state{body, rows, count};
    in_parallel(
        count,
        [](void *data, int piece) {
            auto &s = *static_cast<State *>(data);
            s.body(piece, s.rows * piece / s.count, s.rows * (piece + 1) / s.count);
        },
        &state);
    return count;
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
            for (int64_t c = 0; c < 2 * channels; ++c) values[c] += first(p)[c];
    }
};

float *floats(const at::Tensor &t) { return t.data_ptr<float>(); }

struct Layer {
    at::Tensor mean, scale, offset, inverse; // per channel
};

/// Folds mean, variance, weight and bias into scale and offset.
Layer fold(const at::Tensor &mean, const at::Tensor &inverse, const at::Tensor &w, const at::Tensor &b) {
    const auto scale = w * inverse;
    return {mean, scale, b - mean * scale, inverse};
}

/// Mean and 1/sqrt(var + eps) of this batch; moves the running statistics along.
Layer batch_statistics(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b, const at::Tensor &running_mean,
                       const at::Tensor &running_var, double momentum, double eps) {
    const int64_t channels = x.size(1), rows = x.numel() / channels;
    const auto shift = running_mean.clone();
    const float *source = floats(x);
    Sums sums(channels);
    const int used = over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
        moments(source, floats(shift), channels, begin, end, sums.first(piece), sums.second(piece));
    });
    sums.gather(used);
    int64_t all_rows = rows;
    sum_over_processes(sums.first(0), 2 * channels, all_rows);
    auto mean = at::empty_like(w), inverse = at::empty_like(w);
    float *m = floats(mean), *inv = floats(inverse), *rm = floats(running_mean), *rv = floats(running_var);
    for (int64_t c = 0; c < channels; ++c) {
        const double n = static_cast<double>(all_rows), offset = sums.first(0)[c] / n;
        const double variance = std::max(0.0, sums.second(0)[c] / n - offset * offset);
        const double average = floats(shift)[c] + offset;
        m[c] = static_cast<float>(average);
        inv[c] = static_cast<float>(1 / std::sqrt(variance + eps));
        rm[c] = static_cast<float>((1 - momentum) * rm[c] + momentum * average);
        rv[c] = static_cast<float>((1 - momentum) * rv[c] + momentum * variance * (n / (n - 1)));
    }
    return fold(mean, inverse, w, b);
}

at::Tensor apply_forward(const at::Tensor &x, const at::Tensor &residual, const Layer &layer) {
    const int64_t channels = x.size(1), rows = x.numel() / channels;
    auto y = at::empty_like(x, at::MemoryFormat::ChannelsLast);
    const float *extra = residual.defined() ? floats(residual) : nullptr;
    const float *source = floats(x), *scale = floats(layer.scale), *offset = floats(layer.offset);
    float *target = floats(y);
    over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
        scale_add_relu(source, extra, scale, offset, channels, begin, end, target);
    });
    return y;
}

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct BatchNormReLU : torch::autograd::Function<BatchNormReLU> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w, const at::Tensor &b,
                              const at::Tensor &running_mean, const at::Tensor &running_var,
                              const std::optional<at::Tensor> &extra, double momentum, double eps) {
        const auto residual = extra.value_or(at::Tensor());
        const auto layer = batch_statistics(x, w, b, running_mean, running_var, momentum, eps);
        auto y = apply_forward(x, residual, layer);
        context->save_for_backward(
            {x, layer.mean, layer.scale, layer.offset, layer.inverse, residual.defined() ? y : at::Tensor()});
        return y;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &mean = saved[1], &scale = saved[2], &offset = saved[3], &inverse = saved[4],
                   &open = saved[5];
        const auto dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
        const int64_t channels = x.size(1), rows = x.numel() / channels;
        const bool residual = open.defined();
        at::Tensor gated = residual ? at::empty_like(dy) : dy;
        const float *up = floats(dy), *source = floats(x), *opened = residual ? floats(open) : nullptr;
        const float *s = floats(scale), *o = floats(offset), *m = floats(mean), *inv = floats(inverse);
        float *g = floats(gated);
        Sums sums(channels);
        const int used = over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
            gate_sums(up, source, opened, s, o, m, channels, begin, end, g, sums.first(piece), sums.second(piece));
        });
        sums.gather(used);
        auto dw = at::empty_like(scale), db = at::empty_like(scale);
        const auto factors = at::empty({2, channels}, scale.options());
        float *b = floats(factors), *d = b + channels;
        for (int64_t c = 0; c < channels; ++c) {
            floats(db)[c] = static_cast<float>(sums.first(0)[c]);
            floats(dw)[c] = static_cast<float>(sums.second(0)[c] * inv[c]);
        }
        int64_t all_rows = rows;
        sum_over_processes(sums.first(0), 2 * channels, all_rows);
        for (int64_t c = 0; c < channels; ++c) {
            const double n = static_cast<double>(all_rows), sum = sums.first(0)[c], product = sums.second(0)[c];
            const double slope = -s[c] * product * inv[c] * inv[c] / n;
            b[c] = static_cast<float>(slope);
            d[c] = static_cast<float>(-s[c] * sum / n - slope * m[c]);
        }
        auto dx = at::empty_like(x, at::MemoryFormat::ChannelsLast);
        float *target = floats(dx);
        over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
            input_gradient(g, source, s, o, residual, s, b, d, channels, begin, end, target);
        });
        return {dx, dw, db, {}, {}, residual ? gated : at::Tensor(), {}, {}};
    }
};

bool fits(const at::Tensor &x, const at::Tensor &residual) {
    const auto good = [](const at::Tensor &t) {
        return t.is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 4 &&
               t.is_contiguous(at::MemoryFormat::ChannelsLast);
    };
    const auto varies = [&] { return norms_are_synchronised() || x.numel() / std::max<int64_t>(1, x.size(1)) > 1; };
    return good(x) && varies() && (!residual.defined() || (good(residual) && residual.sizes() == x.sizes()));
}

at::Tensor plain(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b, const at::Tensor &mean,
                 const at::Tensor &var, const at::Tensor &residual, bool training, double momentum, double eps) {
    auto y = training ? training_norm(x, w, b, mean, var, momentum, eps)
                      : at::batch_norm(x, w, b, mean, var, false, momentum, eps, true);
    if (residual.defined()) y = y + residual;
    return at::relu(y);
}

} // namespace

extern "C" int wt_batch_norm_relu(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean,
                                  wt_tensor var, wt_tensor residual, bool training, double momentum, double eps) {
    return give(out, [&] {
        const auto extra = maybe(residual);
        TORCH_CHECK(of(x).dim() == 4 && of(x).size(1) == of(w).numel(), "batch norm over ", of(w).numel(),
                    " channels given ", of(x).sizes());
        if (!fits(of(x), extra)) {
            return plain(of(x), of(w), of(b), of(mean), of(var), extra, training, momentum, eps);
        }
        if (training) {
            const std::optional<at::Tensor> optional = residual ? std::optional(extra) : std::nullopt;
            return BatchNormReLU::apply(of(x), of(w), of(b), of(mean), of(var), optional, momentum, eps);
        }
        if (at::GradMode::is_enabled()) {
            return plain(of(x), of(w), of(b), of(mean), of(var), extra, false, momentum, eps);
        }
        const auto inverse = at::rsqrt(of(var) + eps);
        return apply_forward(of(x), extra, fold(of(mean), inverse, of(w), of(b)));
    });
}
