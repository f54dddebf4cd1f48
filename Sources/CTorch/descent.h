// Parameters that a backward pass updates itself, so that their gradients never leave the cache.
#pragma once
#include "threads.h"

#include "../CKernels/convolution.h"
#include "include/CTorch.h"

#include <ATen/core/Tensor.h>

#include <unordered_map>

namespace winnow {

struct Descent {
    wk_sgd step;
    /// By the address of the weights.
    std::unordered_map<const void *, wk_parameter> parameters;
};

/// That of the backward pass that runs on this thread, or null. libtorch runs the nodes of CPU tensors on the thread
/// that called backward; on others nothing is found here, and gradients are made as ever.
extern thread_local Descent *descent;

/// The entry of these weights, or null where their gradient is wanted as a tensor.
const wk_parameter *descending(const at::Tensor &weights);

/// Takes the parameter's step by this gradient, which is then gone, where the pass takes it.
void descend(const at::Tensor &parameter, at::Tensor &gradient);

inline wk_sgd kernel_step(const wt_sgd &s) {
    return {static_cast<float>(s.lr), static_cast<float>(s.momentum), static_cast<float>(s.decay), s.nesterov, s.first};
}

} // namespace winnow
