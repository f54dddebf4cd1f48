// Batch norm, residual sum and ReLU as one autograd node: each way two passes over memory instead of
// five (channels-last float32 on the CPU; elsewhere, and for the 16-bit activations of mixed precision,
// libtorch's own operations, with the same result).
#include "norms.h"
#include "synchronised_norm.h"

#include <torch/csrc/autograd/custom_function.h>

#include <optional>

using namespace winnow;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

float *writable(const at::Tensor &t) { return t.data_ptr<float>(); }

at::Tensor normed(const at::Tensor &x, const at::Tensor &residual, const NormLayer &layer, bool relu) {
    const int64_t channels = x.size(1), rows = x.numel() / channels;
    const auto norm = layer.norm(relu);
    auto y = at::empty_like(x, kChannelsLast);
    const float *source = floats(x), *extra = residual.defined() ? floats(residual) : nullptr;
    float *target = writable(y);
    over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
        wk_kernels_best()->norm.apply({channels, begin, end}, &norm, source, extra, target);
    });
    return y;
}

struct Norm : torch::autograd::Function<Norm> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w, const at::Tensor &b,
                              const at::Tensor &running_mean, const at::Tensor &running_var,
                              const std::optional<at::Tensor> &extra, bool relu, double momentum, double eps) {
        const auto residual = extra.value_or(at::Tensor());
        const auto layer = batch_statistics(x, {w, b, running_mean, running_var, momentum, eps});
        auto y = normed(x, residual, layer, relu);
        context->save_for_backward({x, layer.values, residual.defined() && relu ? y : at::Tensor()});
        context->saved_data["relu"] = relu;
        context->saved_data["residual"] = residual.defined();
        return y;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &open = saved[2];
        const NormLayer layer{saved[1]};
        const auto norm = layer.norm(context->saved_data["relu"].toBool());
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const int64_t channels = x.size(1), rows = x.numel() / channels;
        const bool writes = open.defined();
        const at::Tensor gated = writes ? at::empty_like(dy) : dy;
        const float *up = floats(dy), *source = floats(x), *opened = writes ? floats(open) : nullptr;
        const auto &kernels = wk_kernels_best()->norm;
        Sums sums(channels);
        sums.gather(over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
            kernels.gate({channels, begin, end}, &norm, up, source, opened, writes ? writable(gated) : nullptr,
                         sums.first(piece), sums.second(piece));
        }));
        const auto made = norm_gradients(layer, sums, rows);
        const auto dx = at::empty_like(x, kChannelsLast);
        float *target = writable(dx);
        over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
            kernels.input_gradient({channels, begin, end}, &norm, floats(gated), writes, source, made.slope(),
                                   made.level(), target);
        });
        const bool adds = context->saved_data["residual"].toBool();
        return {dx, made.dw, made.db, {}, {}, adds ? gated : at::Tensor(), {}, {}, {}};
    }
};

at::Tensor plain(const at::Tensor &x, const NormParameters &p, const at::Tensor &residual, bool training) {
    auto y = training ? training_norm(x, p.w, p.b, p.running_mean, p.running_var, p.momentum, p.eps)
                      : at::batch_norm(x, p.w, p.b, p.running_mean, p.running_var, false, p.momentum, p.eps, true);
    if (residual.defined()) y = y + residual;
    return at::relu(y);
}

} // namespace

at::Tensor winnow::fused_norm(const at::Tensor &x, const NormParameters &p, const at::Tensor &residual, bool relu) {
    const auto extra = residual.defined() ? std::optional(residual) : std::nullopt;
    return Norm::apply(x, p.w, p.b, p.running_mean, p.running_var, extra, relu, p.momentum, p.eps);
}

at::Tensor winnow::norm_relu(const at::Tensor &x, const NormParameters &p, const at::Tensor &residual, bool training) {
    TORCH_CHECK(x.dim() == 4 && x.size(1) == p.w.numel(), "batch norm over ", p.w.numel(), " channels given ", x.sizes());
    const bool added = !residual.defined() || (is_rows(residual) && residual.sizes() == x.sizes());
    if (!takes_norm(x, p) || !added) return plain(x, p, residual, training);
    if (training) return fused_norm(x, p, residual, true);
    if (at::GradMode::is_enabled()) return plain(x, p, residual, false);
    const auto inverse = at::rsqrt(p.running_var + p.eps), scale = p.w * inverse;
    const NormLayer layer{at::stack({p.running_mean, scale, p.b - p.running_mean * scale, inverse})};
    return normed(x, residual, layer, true);
}

extern "C" int wt_batch_norm_relu(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean,
                                  wt_tensor var, wt_tensor residual, bool training, double momentum, double eps) {
    return give(out, [&] {
        return norm_relu(of(x), {of(w), of(b), of(mean), of(var), momentum, eps}, maybe(residual), training);
    });
}
