#pragma once
#include <ATen/ATen.h>

namespace winnow {

/// Batch norm while training: libtorch's, or over the pictures of all processes where they were told to share.
at::Tensor training_norm(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b, const at::Tensor &running_mean,
                         const at::Tensor &running_var, double momentum, double eps);

} // namespace winnow
