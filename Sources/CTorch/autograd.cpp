// Gradients and optimiser steps.
#include "shim.h"
#include "kernels.h"

#include "../CKernels/convolution.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <vector>

using namespace winnow;

namespace {

/// The parameters that have a gradient, as libtorch's fused optimiser kernels want them.
struct Gathered {
    std::vector<at::Tensor> parameters, gradients, first, second, steps;
};

Gathered gather(const wt_tensor *params, const wt_tensor *first, const wt_tensor *second, const wt_tensor *masks,
                int count) {
    Gathered all;
    for (int i = 0; i < count; ++i) {
        auto gradient = of(params[i]).grad();
        if (!gradient.defined()) continue;
        // A pruned weight's gradient is zero, so its velocity and moments stay zero too; its value is
        // zero, so weight decay adds nothing.
        if (masks && masks[i]) gradient.mul_(of(masks[i]));
        all.parameters.push_back(of(params[i]));
        all.gradients.push_back(gradient);
        if (first) all.first.push_back(of(first[i]));
        if (second) all.second.push_back(of(second[i]));
    }
    return all;
}

/// Whether own loops may walk a tensor's memory beside the parameter's: same type, same order, nothing between.
bool alike(const at::Tensor &t, const at::Tensor &parameter) {
    return t.is_cpu() && t.scalar_type() == at::kFloat && t.is_non_overlapping_and_dense() &&
           t.sizes() == parameter.sizes() && t.strides() == parameter.strides();
}

/// One pass over memory as it lies, where all tensors allow (libtorch's fused step copies what is channels-last).
bool own_sgd_step(const Gathered &all, const wk_sgd &step) {
    std::vector<wk_parameter> list;
    for (size_t i = 0; i < all.parameters.size(); ++i) {
        const auto &parameter = all.parameters[i], &gradient = all.gradients[i];
        const bool moving = !all.first.empty();
        if (!alike(parameter, parameter) || !alike(gradient, parameter)) return false;
        if (moving && !alike(all.first[i], parameter)) return false;
        list.push_back({parameter.data_ptr<float>(), gradient.data_ptr<float>(),
                        moving ? all.first[i].data_ptr<float>() : nullptr, parameter.numel()});
    }
    wk_kernels_best()->sgd(&step, list.data(), static_cast<int>(list.size()), {at::get_num_threads(), in_parallel});
    return true;
}

} // namespace

extern "C" {

int wt_set_requires_grad(wt_tensor t, bool on) {
    return guarded([&] { of(t).requires_grad_(on); });
}
int wt_backward(wt_tensor loss) {
    return guarded([&] { torch::autograd::backward({of(loss)}, {}); });
}
int wt_grad(wt_tensor *out, wt_tensor t) {
    *out = nullptr;
    return guarded([&] {
        const auto gradient = of(t).grad();
        if (gradient.defined()) *out = wrap(gradient);
    });
}
int wt_set_grad_none(wt_tensor t) {
    return guarded([&] { of(t).mutable_grad().reset(); });
}
bool wt_grad_mode(void) { return at::GradMode::is_enabled(); }
void wt_set_grad_mode(bool on) { at::GradMode::set_enabled(on); }

int wt_sgd_step(const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks, int count, double lr,
                double momentum, double decay, bool nesterov, bool first) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        auto all = gather(params, momentum != 0 ? velocity : nullptr, nullptr, masks, count);
        if (all.parameters.empty()) return;
        const wk_sgd step{static_cast<float>(lr), static_cast<float>(momentum), static_cast<float>(decay), nesterov,
                          first};
        if (own_sgd_step(all, step)) return;
        at::_fused_sgd_(all.parameters, all.gradients, all.first, decay, momentum, lr, /*dampening=*/0, nesterov,
                        /*maximize=*/false, first);
    });
}

int wt_adam_step(const wt_tensor *params, const wt_tensor *m, const wt_tensor *v, const wt_tensor *masks, int count,
                 double lr, double beta1, double beta2, double eps, double decay, int64_t step) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        auto all = gather(params, m, v, masks, count);
        if (all.parameters.empty()) return;
        for (const auto &parameter : all.parameters) {
            all.steps.push_back(at::full({}, static_cast<double>(step), parameter.options().dtype(at::kFloat)));
        }
        at::_fused_adam_(all.parameters, all.gradients, all.first, all.second, {}, all.steps, lr, beta1, beta2, decay,
                         eps, /*amsgrad=*/false, /*maximize=*/false);
    });
}

} // extern "C"
