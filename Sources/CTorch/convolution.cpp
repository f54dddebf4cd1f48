// Convolutions: Winnow's own kernels (CKernels) for float32 on the CPU, libtorch's for the rest.
//
// Own ones not for speed alone: oneDNN 3.x computes wrong weight gradients on AVX2 for some shapes (a strided
// 1x1 with fewer than 8 channels, see docs), so no float32 training on a CPU goes through it.
#include "shim.h"
#include "descent.h"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

using namespace winnow;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

/// Not `const_data_ptr<float>`: clang names that template otherwise than the gcc that built libtorch.
const float *floats(const at::Tensor &t) { return static_cast<const float *>(t.const_data_ptr()); }

bool is_plain(const at::Tensor &t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 4; }

wk_conv shape_of(const at::Tensor &x, const at::Tensor &w, int64_t stride, int64_t padding) {
    const bool depthwise = w.size(1) == 1 && x.size(1) == w.size(0) && x.size(1) > 1;
    return {x.size(0), x.size(2), x.size(3), x.size(1), w.size(0), w.size(2), stride, padding, 0, depthwise};
}

at::Tensor scratch(const wk_conv &shape, wk_direction direction, int pieces) {
    return at::empty({wk_kernels_best()->scratch(&shape, direction, pieces)}, at::TensorOptions().dtype(at::kFloat));
}

/// A convolution as an autograd node; all tensors are channels-last.
struct Convolution : torch::autograd::Function<Convolution> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w,
                              const std::optional<at::Tensor> &bias, int64_t stride, int64_t padding) {
        const auto shape = shape_of(x, w, stride, padding);
        const wk_team team{at::get_num_threads(), in_parallel};
        const auto across = [&](int64_t size) { return (size + 2 * padding - shape.kernel) / stride + 1; };
        auto y = at::empty({shape.batch, shape.out, across(shape.height), across(shape.width)}, x.options(),
                           kChannelsLast);
        const auto room = scratch(shape, WK_FORWARD, team.pieces);
        wk_kernels_best()->forward(&shape, floats(x), floats(w),
                                   bias ? floats(*bias) : nullptr, y.data_ptr<float>(),
                                   room.data_ptr<float>(), team);
        context->save_for_backward({x, w});
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        context->saved_data["bias"] = bias.has_value();
        return y;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &w = saved[1];
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const auto shape =
            shape_of(x, w, context->saved_data["stride"].toInt(), context->saved_data["padding"].toInt());
        const wk_team team{at::get_num_threads(), in_parallel};
        at::Tensor dx, dw, db;
        if (context->needs_input_grad(0)) {
            dx = at::empty(x.sizes(), x.options(), kChannelsLast);
            const auto room = scratch(shape, WK_INPUT_GRADIENT, team.pieces);
            wk_kernels_best()->input_gradient(&shape, floats(dy), floats(w),
                                              dx.data_ptr<float>(), room.data_ptr<float>(), team);
        }
        if (context->needs_input_grad(1)) {
            const auto room = scratch(shape, WK_WEIGHT_GRADIENT, team.pieces);
            const auto *parameter = descending(w); // after the input's gradient, which still needs the weights
            if (parameter && wk_kernels_best()->descends(&shape)) {
                wk_kernels_best()->descend(&shape, floats(x), floats(dy), &descent->step, parameter,
                                           room.data_ptr<float>(), team);
            } else {
                dw = at::empty_like(w); // the weights' own strides, so that autograd need not copy it
                wk_kernels_best()->weight_gradient(&shape, floats(x), floats(dy), dw.data_ptr<float>(),
                                                   room.data_ptr<float>(), team);
            }
        }
        // A bias that is not there is no input, and may not be asked for.
        if (context->saved_data["bias"].toBool() && context->needs_input_grad(2)) db = dy.sum({0, 2, 3});
        return {dx, dw, db, {}, {}};
    }
};

/// Nothing where libtorch's own convolution is to be taken: a question of shapes, types and mode alone, so
/// that a run always takes the same way.
std::optional<at::Tensor> own(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias, int64_t stride,
                              int64_t padding, int64_t groups) {
    if (!is_plain(x) || !is_plain(w) || (groups != 1 && (w.size(1) != 1 || w.size(0) != groups)) ||
        x.size(1) != w.size(1) * groups || w.size(2) != w.size(3)) return std::nullopt;
    if (bias.defined() && (bias.scalar_type() != at::kFloat || bias.numel() != w.size(0))) return std::nullopt;
    if (at::autocast::is_autocast_enabled(at::kCPU)) return std::nullopt;
    const auto shape = shape_of(x, w, stride, padding);
    if (!wk_conv_fits(&shape)) return std::nullopt;
    const auto extra = bias.defined() ? std::optional(bias.contiguous()) : std::nullopt;
    auto y = Convolution::apply(x.contiguous(kChannelsLast), w.contiguous(kChannelsLast), extra, stride, padding);
    return x.is_contiguous(kChannelsLast) || w.is_contiguous(kChannelsLast) ? y : y.contiguous();
}

} // namespace

extern "C" int wt_conv2d(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias, int64_t stride, int64_t padding,
                         int64_t groups) {
    return give(out, [&] {
        if (auto y = own(of(x), of(w), maybe(bias), stride, padding, groups)) return *y;
        const int64_t strides[2] = {stride, stride}, paddings[2] = {padding, padding}, dilation[2] = {1, 1};
        return at::conv2d(of(x), of(w), maybe(bias), sizes(strides, 2), sizes(paddings, 2), sizes(dilation, 2),
                          groups);
    });
}
