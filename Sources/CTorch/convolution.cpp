// Convolutions: libtorch's own (oneDNN), and Winograd's where they are the faster.
#include "shim.h"
#include "winograd.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <optional>

using namespace winnow;

namespace {

#if defined(__x86_64__)

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool is_plain(const at::Tensor &t) {
    return t.is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 4 &&
           t.is_contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor channels_last(at::IntArrayRef shape) {
    return at::empty(shape, at::TensorOptions().dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
}

Winograd shape_of(const at::Tensor &x, int64_t out) { return {x.size(0), x.size(2), x.size(3), x.size(1), out}; }

at::Tensor scratch(int64_t floats) { return at::empty({floats}, at::TensorOptions().dtype(at::kFloat)); }

/// x * w, or with `mirrored` the gradient of x from that of the output, x then being the latter.
at::Tensor convolved(const at::Tensor &x, const at::Tensor &w, bool mirrored) {
    const int pieces = at::get_num_threads();
    const auto shape = shape_of(x, w.size(mirrored ? 1 : 0));
    auto y = channels_last({x.size(0), shape.out, x.size(2), x.size(3)});
    const auto transformed = scratch(shape.weights()), room = scratch(shape.convolve_scratch(pieces));
    float *u = transformed.data_ptr<float>();
    shape.transform(w.data_ptr<float>(), mirrored, pieces, u);
    shape.convolve(x.data_ptr<float>(), u, pieces, room.data_ptr<float>(), y.data_ptr<float>());
    return y;
}

/// Each thread sums for itself, in up to 17 MB: so many of them that scratch stays under 256 MB.
at::Tensor weight_gradient(const at::Tensor &x, const at::Tensor &dy, const at::Tensor &w) {
    const auto shape = shape_of(x, w.size(0));
    const int64_t most = std::max<int64_t>(1, (int64_t(1) << 26) / shape.gradient_scratch(1));
    const int pieces = static_cast<int>(std::min<int64_t>(at::get_num_threads(), most));
    auto dw = channels_last(w.sizes());
    const auto room = scratch(shape.gradient_scratch(pieces));
    shape.weight_gradient(x.data_ptr<float>(), dy.data_ptr<float>(), pieces, room.data_ptr<float>(),
                          dw.data_ptr<float>());
    return dw;
}

struct WinogradConvolution : torch::autograd::Function<WinogradConvolution> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w) {
        context->save_for_backward({x, w});
        return convolved(x, w, false);
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto dy = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
        return {context->needs_input_grad(0) ? convolved(dy, saved[1], true) : at::Tensor(),
                context->needs_input_grad(1) ? weight_gradient(saved[0], dy, saved[1]) : at::Tensor()};
    }
};

/// Nothing where libtorch's own convolution is to be taken. A question of shapes and processor alone, so
/// that a run always takes the same way.
std::optional<at::Tensor> winograd(const at::Tensor &x, const at::Tensor &w) {
    static const bool able = __builtin_cpu_supports("avx512f");
    if (!able || !is_plain(x) || !is_plain(w) || w.size(2) != 3 || w.size(3) != 3 || x.size(1) != w.size(1) ||
        !shape_of(x, w.size(0)).fits())
        return std::nullopt;
    return WinogradConvolution::apply(x, w);
}

#else

std::optional<at::Tensor> winograd(const at::Tensor &, const at::Tensor &) { return std::nullopt; }

#endif

} // namespace

extern "C" int wt_conv2d(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias, int64_t stride, int64_t padding,
                         int64_t groups) {
    return give(out, [&] {
        if (!bias && stride == 1 && padding == 1 && groups == 1) {
            if (auto y = winograd(of(x), of(w))) return *y;
        }
        const int64_t strides[2] = {stride, stride}, paddings[2] = {padding, padding}, dilation[2] = {1, 1};
        return at::conv2d(of(x), of(w), maybe(bias), sizes(strides, 2), sizes(paddings, 2), sizes(dilation, 2),
                          groups);
    });
}
