// Batch norm, residual sum and ReLU as one autograd node: each way two passes over memory instead of
// five (channels-last float32 on the CPU; elsewhere, and for the 16-bit activations of mixed precision,
// libtorch's own operations, with the same result).
#include "norms.h"
#include "synchronised_norm.h"

using namespace winnow;

namespace {

float *writable(const at::Tensor &t) { return t.data_ptr<float>(); }

at::Tensor normed(const at::Tensor &x, const at::Tensor &residual, const NormLayer &layer, bool relu) {
    const int64_t channels = x.size(1), rows = x.numel() / channels;
    const auto norm = layer.norm(relu);
    auto y = unwritten_pictures(x.sizes());
    const float *source = floats(x), *extra = residual.defined() ? floats(residual) : nullptr;
    float *target = writable(y);
    over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
        wk_kernels_best()->norm.apply({channels, begin, end}, &norm, source, extra, target);
    });
    return y;
}

struct Norm : torch::autograd::Node {
    /// What it read and, where a residual was added before the ReLU, what it made.
    SavedVariable input, output;
    NormLayer layer;
    bool relu = false, residual = false;

    variable_list apply(variable_list &&gradients) override {
        if (!gradients[0].defined()) return variable_list(4);
        const auto x = input.unpack(), open = output.unpack(shared_from_this());
        const auto norm = layer.norm(relu);
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const int64_t channels = x.size(1), rows = x.numel() / channels;
        const bool writes = open.defined();
        const at::Tensor gated = writes ? unwritten_pictures(dy.sizes()) : dy;
        const float *up = floats(dy), *source = floats(x), *opened = writes ? floats(open) : nullptr;
        const auto &kernels = wk_kernels_best()->norm;
        Sums sums(channels);
        sums.gather(over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
            kernels.gate({channels, begin, end}, &norm, up, source, opened, writes ? writable(gated) : nullptr,
                         sums.first(piece), sums.second(piece));
        }));
        const auto made = norm_gradients(layer, sums, rows);
        const auto dx = unwritten_pictures(x.sizes());
        float *target = writable(dx);
        over_rows(rows, channels, [&](int, int64_t begin, int64_t end) {
            kernels.input_gradient({channels, begin, end}, &norm, floats(gated), writes, source, made.slope(),
                                   made.level(), target);
        });
        return {dx, made.dw, made.db, residual ? gated : at::Tensor()};
    }

    void release_variables() override {
        input.reset_data();
        output.reset_data();
        layer = {};
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
    const auto node = node_after<Norm>(x, p.w, p.b, residual);
    const auto layer = batch_statistics(x, p);
    const auto y = normed(x, residual, layer, relu);
    if (!node) return y;
    torch::autograd::set_history(y, node);
    node->input = SavedVariable(x, false);
    if (residual.defined() && relu) node->output = SavedVariable(y, true);
    node->layer = layer;
    node->relu = relu;
    node->residual = residual.defined();
    return y;
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
