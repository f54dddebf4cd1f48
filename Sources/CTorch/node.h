// What the autograd nodes of Winnow's kernels are made of: libtorch's plain Node. Its torch::autograd::Function is easier
// to write and costs some 25 microseconds a layer, in maps by name and in questions to devices that are not there.
#pragma once
#include "shim.h"
#include "threads.h"

#include "../CKernels/convolution.h"

#include <ATen/EmptyTensor.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <memory>

namespace winnow {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

/// Not `const_data_ptr<float>`: clang names that template otherwise than the gcc that built libtorch.
inline const float *floats(const at::Tensor &t) { return static_cast<const float *>(t.const_data_ptr()); }

/// An unwritten tensor on the CPU, without the dispatcher that `at::empty` goes through.
inline at::Tensor unwritten(at::IntArrayRef sizes) { return at::detail::empty_cpu(sizes, at::kFloat); }
inline at::Tensor unwritten_pictures(at::IntArrayRef sizes, at::ScalarType type = at::kFloat) {
    return at::detail::empty_cpu(sizes, type, false, kChannelsLast);
}

/// A node that hands its gradients to `inputs` (undefined ones: to nobody), in their order; null where none is asked for.
template <class Node, class... Inputs> std::shared_ptr<Node> node_after(const Inputs &...inputs) {
    if (!torch::autograd::compute_requires_grad(inputs...)) return nullptr;
    std::shared_ptr<Node> node(new Node, torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(inputs...));
    return node;
}

} // namespace winnow
