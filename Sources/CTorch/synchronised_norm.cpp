// Batch norm over the pictures of several processes, for whatever libtorch's own would be used otherwise: any layout,
// device and rank. As torch.nn.SyncBatchNorm: statistics over all pictures, gradients of weight and bias over one's own.
#include "synchronised_norm.h"
#include "group.h"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// A vector with one entry a channel, as [1, C, 1, ...].
at::Tensor along_channels(const at::Tensor &values, const at::Tensor &x) {
    std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
    shape[1] = values.numel();
    return values.reshape(shape);
}

std::vector<int64_t> all_but_channels(const at::Tensor &x) {
    std::vector<int64_t> dims;
    for (int64_t dim = 0; dim < x.dim(); ++dim)
        if (dim != 1) dims.push_back(dim);
    return dims;
}

/// Two sums a channel, over all processes; `rows` becomes how many numbers they are of.
at::Tensor summed(const at::Tensor &first, const at::Tensor &second, int64_t &rows) {
    auto both = at::stack({first, second}).to(at::kCPU, at::kDouble).contiguous();
    winnow::sum_over_processes(both.data_ptr<double>(), both.numel(), rows);
    return both.to(first.device());
}

struct SynchronisedNorm : torch::autograd::Function<SynchronisedNorm> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const std::optional<at::Tensor> &w,
                              const std::optional<at::Tensor> &b, const at::Tensor &running_mean,
                              const at::Tensor &running_var, double momentum, double eps) {
        const auto dims = all_but_channels(x);
        const auto wide = x.to(at::kDouble);
        int64_t rows = x.numel() / x.size(1);
        // About the running mean, which all share: sums of large numbers would lose their differences.
        const auto shift = running_mean.defined() ? running_mean.to(at::kDouble) : at::zeros({x.size(1)}, wide.options());
        const auto centred = wide - along_channels(shift, x);
        const auto sums = summed(centred.sum(dims), centred.square().sum(dims), rows);
        const auto n = static_cast<double>(rows);
        const auto offset = sums[0] / n;
        const auto variance = (sums[1] / n - offset.square()).clamp_min(0);
        const auto mean = shift + offset, inverse = at::rsqrt(variance + eps);
        if (running_mean.defined()) {
            running_mean.mul_(1 - momentum).add_((mean * momentum).to(running_mean.scalar_type()));
            running_var.mul_(1 - momentum).add_((variance * (momentum * n / (n - 1))).to(running_var.scalar_type()));
        }
        const auto normal = ((wide - along_channels(mean, x)) * along_channels(inverse, x)).to(x.scalar_type());
        context->save_for_backward({normal, w.value_or(at::Tensor()), inverse});
        auto y = w ? normal * along_channels(*w, x) : normal;
        return b ? y + along_channels(*b, x) : y;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto &normal = saved[0], &w = saved[1], &inverse = saved[2];
        const auto dims = all_but_channels(normal);
        const auto dy = gradients[0].to(at::kDouble), wide = normal.to(at::kDouble);
        const auto db = dy.sum(dims), dw = (dy * wide).sum(dims);
        int64_t rows = normal.numel() / normal.size(1);
        const auto means = summed(db, dw, rows) / static_cast<double>(rows);
        const auto scale = w.defined() ? inverse * w.to(at::kDouble) : inverse;
        auto dx = (dy - along_channels(means[0], normal) - wide * along_channels(means[1], normal)) *
                  along_channels(scale, normal);
        const auto type = normal.scalar_type();
        return {dx.to(type), w.defined() ? dw.to(w.scalar_type()) : at::Tensor(),
                w.defined() ? db.to(w.scalar_type()) : at::Tensor(), {}, {}, {}, {}};
    }
};

std::optional<at::Tensor> given(const at::Tensor &t) { return t.defined() ? std::optional(t) : std::nullopt; }

} // namespace

at::Tensor winnow::training_norm(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b,
                                 const at::Tensor &running_mean, const at::Tensor &running_var, double momentum,
                                 double eps) {
    if (!norms_are_synchronised())
        return at::batch_norm(x, given(w), given(b), given(running_mean), given(running_var), true, momentum, eps, true);
    return SynchronisedNorm::apply(x, given(w), given(b), running_mean, running_var, momentum, eps);
}
