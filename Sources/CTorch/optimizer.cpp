// Optimiser steps, and the step that is taken while the gradients are made.
#include "shim.h"
#include "descent.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>

#include <unordered_set>
#include <vector>

using namespace winnow;

namespace {

/// The parameters that have a gradient, as libtorch's fused optimiser kernels want them.
struct Gathered {
    std::vector<at::Tensor> parameters, gradients, first, second, masks, steps;
};

Gathered gather(const wt_tensor *params, const wt_tensor *first, const wt_tensor *second, const wt_tensor *masks,
                int count) {
    Gathered all;
    for (int i = 0; i < count; ++i) {
        auto gradient = of(params[i]).grad();
        if (!gradient.defined()) continue;
        all.parameters.push_back(of(params[i]));
        all.gradients.push_back(gradient);
        all.masks.push_back(masks && masks[i] ? of(masks[i]) : at::Tensor());
        if (first) all.first.push_back(of(first[i]));
        if (second) all.second.push_back(of(second[i]));
    }
    return all;
}

/// A pruned weight's gradient is zero, so its velocity and moments stay zero too; its value is zero, so weight
/// decay adds nothing.
void mask_gradients(Gathered &all) {
    for (size_t i = 0; i < all.masks.size(); ++i)
        if (all.masks[i].defined()) all.gradients[i].mul_(all.masks[i]);
}

/// Whether own loops may walk a tensor's memory beside the parameter's: same type, same order, nothing between.
bool alike(const at::Tensor &t, const at::Tensor &parameter) {
    return t.is_cpu() && t.scalar_type() == at::kFloat && t.is_non_overlapping_and_dense() &&
           t.sizes() == parameter.sizes() && t.strides() == parameter.strides();
}

float *floats_of(const at::Tensor &t) { return t.defined() ? t.data_ptr<float>() : nullptr; }

/// A parameter as the kernels want it, or nothing where its tensors do not lie alike.
std::optional<wk_parameter> listed(const at::Tensor &parameter, const at::Tensor &gradient, const at::Tensor &velocity,
                                   const at::Tensor &mask) {
    for (const auto &t : {parameter, gradient, velocity, mask})
        if (t.defined() && !alike(t, parameter)) return std::nullopt;
    return wk_parameter{floats_of(parameter), floats_of(gradient), floats_of(velocity), floats_of(mask),
                        parameter.numel()};
}

/// One pass over memory as it lies, where all tensors allow (libtorch's fused step copies what is channels-last).
bool own_sgd_step(Gathered &all, const wk_sgd &step) {
    std::vector<wk_parameter> list;
    for (size_t i = 0; i < all.parameters.size(); ++i) {
        if (all.masks[i].defined() && !alike(all.masks[i], all.parameters[i])) {
            all.gradients[i].mul_(all.masks[i]);
            all.masks[i].reset();
        }
        const auto found = listed(all.parameters[i], all.gradients[i], all.first.empty() ? at::Tensor() : all.first[i],
                                  all.masks[i]);
        if (!found) return false;
        list.push_back(*found);
    }
    wk_kernels_best()->sgd(&step, list.data(), static_cast<int>(list.size()), {at::get_num_threads(), in_parallel});
    return true;
}

void sgd_step(Gathered all, const wt_sgd &s) {
    if (all.parameters.empty() || own_sgd_step(all, kernel_step(s))) return;
    mask_gradients(all);
    at::_fused_sgd_(all.parameters, all.gradients, all.first, s.decay, s.momentum, s.lr, /*dampening=*/0, s.nesterov,
                    /*maximize=*/false, s.first);
}

/// The leaves that one place alone of the graph behind `loss` reads.
std::unordered_set<const c10::TensorImpl *> read_once(const at::Tensor &loss) {
    using torch::autograd::AccumulateGrad;
    using torch::autograd::Node;
    std::unordered_set<const Node *> seen;
    std::unordered_set<const c10::TensorImpl *> once, more;
    std::vector<Node *> open{loss.grad_fn().get()};
    while (!open.empty()) {
        Node *node = open.back();
        open.pop_back();
        if (!node || !seen.insert(node).second) continue;
        for (const auto &edge : node->next_edges()) {
            if (const auto *leaf = dynamic_cast<const AccumulateGrad *>(edge.function.get())) {
                const auto *tensor = leaf->variable.unsafeGetTensorImpl();
                if (!once.insert(tensor).second) more.insert(tensor);
            } else {
                open.push_back(edge.function.get());
            }
        }
    }
    for (const auto *tensor : more) once.erase(tensor);
    return once;
}

/// What nodes may update in the backward pass: parameters that nothing else reads and that have no gradient yet.
Descent descent_of(const at::Tensor &loss, const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks,
                   int count, const wt_sgd &s) {
    Descent descent{kernel_step(s), {}};
    const auto once = read_once(loss);
    for (int i = 0; i < count; ++i) {
        const auto &parameter = of(params[i]);
        if (parameter.grad().defined() || !once.count(parameter.unsafeGetTensorImpl())) continue;
        const auto found = listed(parameter, {}, s.momentum != 0 ? of(velocity[i]) : at::Tensor(),
                                  masks[i] ? of(masks[i]) : at::Tensor());
        if (found) descent.parameters[found->weights] = *found;
    }
    return descent;
}

} // namespace

namespace winnow {

thread_local Descent *descent = nullptr;

const wk_parameter *descending(const at::Tensor &weights) {
    if (!descent) return nullptr;
    const auto found = descent->parameters.find(weights.const_data_ptr());
    return found == descent->parameters.end() ? nullptr : &found->second;
}

void descend(const at::Tensor &parameter, at::Tensor &gradient) {
    const auto *found = descending(parameter);
    if (!found) return;
    auto entry = *found;
    entry.gradient = gradient.data_ptr<float>();
    wk_kernels_best()->sgd(&descent->step, &entry, 1, {1, in_parallel});
    gradient.reset();
}

} // namespace winnow

extern "C" {

int wt_sgd_step(const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks, int count, wt_sgd s) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        sgd_step(gather(params, s.momentum != 0 ? velocity : nullptr, nullptr, masks, count), s);
    });
}

int wt_backward_sgd(wt_tensor loss, const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks,
                    int count, wt_sgd s) {
    return guarded([&] {
        auto found = descent_of(of(loss), params, velocity, masks, count, s);
        descent = &found;
        try {
            torch::autograd::backward({of(loss)}, {});
        } catch (...) {
            descent = nullptr;
            throw;
        }
        descent = nullptr;
        c10::AutoGradMode guard(false);
        sgd_step(gather(params, s.momentum != 0 ? velocity : nullptr, nullptr, masks, count), s);
    });
}

int wt_adam_step(const wt_tensor *params, const wt_tensor *m, const wt_tensor *v, const wt_tensor *masks, int count,
                 double lr, double beta1, double beta2, double eps, double decay, int64_t step) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        auto all = gather(params, m, v, masks, count);
        if (all.parameters.empty()) return;
        mask_gradients(all);
        const auto steps = at::full({}, static_cast<double>(step), all.parameters[0].options().dtype(at::kFloat));
        all.steps.assign(all.parameters.size(), steps);
        at::_fused_adam_(all.parameters, all.gradients, all.first, all.second, {}, all.steps, lr, beta1, beta2, decay,
                         eps, /*amsgrad=*/false, /*maximize=*/false);
    });
}

int wt_sgd_step_rated(const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks, int count, wt_sgd s,
                      wt_tensor rate) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        auto all = gather(params, s.momentum != 0 ? velocity : nullptr, nullptr, masks, count);
        if (all.parameters.empty()) return;
        mask_gradients(all);
        at::_fused_sgd_(all.parameters, all.gradients, all.first, s.decay, s.momentum, of(rate), /*dampening=*/0,
                        s.nesterov, /*maximize=*/false, s.first);
    });
}

int wt_adam_step_rated(const wt_tensor *params, const wt_tensor *m, const wt_tensor *v, const wt_tensor *masks,
                       int count, double beta1, double beta2, double eps, double decay, wt_tensor rate,
                       wt_tensor steps) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        auto all = gather(params, m, v, masks, count);
        if (all.parameters.empty()) return;
        mask_gradients(all);
        all.steps.assign(all.parameters.size(), of(steps));
        at::_fused_adam_(all.parameters, all.gradients, all.first, all.second, {}, all.steps, of(rate), beta1, beta2,
                         decay, eps, /*amsgrad=*/false, /*maximize=*/false);
    });
}

} // extern "C"
