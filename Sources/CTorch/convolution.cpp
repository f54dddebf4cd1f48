// Convolutions: Winnow's own kernels (CKernels) for float32 on the CPU, libtorch's for the rest.
//
// Own ones not for speed alone: oneDNN 3.x computes wrong weight gradients on AVX2 for some shapes (a strided
// 1x1 with fewer than 8 channels, see docs), so no float32 training on a CPU goes through it.
#include "descent.h"
#include "node.h"

#include <ATen/autocast_mode.h>

#include <limits>
#include <mutex>
#include <optional>
#include <vector>

using namespace winnow;

namespace {

bool is_plain(const at::Tensor &t) { return t.is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 4; }

wk_conv shape_of(const at::Tensor &x, const at::Tensor &w, int64_t stride, int64_t padding) {
    const bool depthwise = w.size(1) == 1 && x.size(1) == w.size(0) && x.size(1) > 1;
    return {x.size(0), x.size(2), x.size(3), x.size(1), w.size(0), w.size(2), stride, padding, 0, depthwise, false, 0};
}

at::Tensor scratch(const wk_conv &shape, wk_direction direction, int pieces) {
    return unwritten({wk_kernels_best()->scratch(&shape, direction, pieces)});
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// y = x * w with its ending; `w` as the shape reads it, all pictures channels-last.
at::Tensor convolved(const wk_conv &shape, const at::Tensor &x, const float *w, const wk_ending &ending) {
    const wk_team team{at::get_num_threads(), in_parallel};
    const auto across = [&](int64_t size) { return (size + 2 * shape.padding - shape.kernel) / shape.stride + 1; };
    auto y = unwritten_pictures({shape.batch, shape.out, across(shape.height), across(shape.width)});
    const auto room = scratch(shape, WK_FORWARD, team.pieces);
    wk_kernels_best()->forward(&shape, floats(x), w, &ending, y.data_ptr<float>(), room.data_ptr<float>(), team);
    return y;
}

/// A gradient that nobody else holds, channels-last, to be added to.
at::Tensor own_gradient(at::Tensor &given) {
    auto own = std::move(given);
    const bool alone = own.use_count() == 1 && own.storage().use_count() == 1 && own.is_contiguous(kChannelsLast);
    return alone ? own : own.clone(kChannelsLast);
}

/// A convolution as an autograd node; all tensors are channels-last. Where others read the picture after it, they read
/// the second output, the picture itself: their gradients come here first, and this one is added to them.
struct Convolution : torch::autograd::Node {
    SavedVariable pictures, weights;
    wk_conv shape{};

    variable_list apply(variable_list &&gradients) override {
        const bool adds = gradients.size() > 1 && gradients[1].defined();
        if (!gradients[0].defined()) return {adds ? gradients[1] : at::Tensor(), {}, {}};
        const auto x = pictures.unpack(), w = weights.unpack();
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const wk_team team{at::get_num_threads(), in_parallel};
        at::Tensor dx, dw, db;
        if (task_should_compute_output(0)) {
            dx = adds ? own_gradient(gradients[1]) : unwritten_pictures(x.sizes());
            const auto room = scratch(shape, WK_INPUT_GRADIENT, team.pieces);
            wk_kernels_best()->input_gradient(&shape, floats(dy), floats(w), adds, dx.data_ptr<float>(),
                                              room.data_ptr<float>(), team);
        }
        if (task_should_compute_output(1)) {
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
        if (task_should_compute_output(2)) db = dy.sum({0, 2, 3});
        return {dx, dw, db};
    }

    void release_variables() override {
        pictures.reset_data();
        weights.reset_data();
    }
};

/// Nothing where libtorch's own convolution is to be taken: a question of shapes, types and mode alone, so
/// that a run always takes the same way.
std::optional<wk_conv> own_shape(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias, int64_t stride,
                                 int64_t padding, int64_t groups) {
    if (!is_plain(x) || !is_plain(w) || (groups != 1 && (w.size(1) != 1 || w.size(0) != groups)) ||
        x.size(1) != w.size(1) * groups || w.size(2) != w.size(3)) return std::nullopt;
    if (bias.defined() && (bias.scalar_type() != at::kFloat || bias.numel() != w.size(0))) return std::nullopt;
    if (at::autocast::is_autocast_enabled(at::kCPU)) return std::nullopt;
    const auto shape = shape_of(x, w, stride, padding);
    return wk_conv_fits(&shape) ? std::optional(shape) : std::nullopt;
}

/// With `passed` (channels-last pictures that have a gradient), that becomes the picture for whoever reads it next.
std::optional<at::Tensor> own(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias, int64_t stride,
                              int64_t padding, int64_t groups, at::Tensor *passed) {
    const auto shape = own_shape(x, w, bias, stride, padding, groups);
    if (!shape) return std::nullopt;
    const bool turned = x.is_contiguous(kChannelsLast), passes = passed && turned && x.requires_grad();
    const auto pictures = x.contiguous(kChannelsLast), weights = w.contiguous(kChannelsLast);
    const auto offsets = bias.defined() ? bias.contiguous() : bias;
    const auto node = node_after<Convolution>(pictures, weights, offsets);
    const wk_ending ending{bias.defined() ? floats(offsets) : nullptr, nullptr, -kInfinity, kInfinity};
    const auto y = convolved(*shape, pictures, floats(weights), ending);
    if (node) {
        torch::autograd::set_history(y, node);
        node->pictures = SavedVariable(pictures, false);
        node->weights = SavedVariable(weights, false);
        node->shape = *shape;
    }
    if (node && passes) {
        *passed = pictures.tensor_data();
        torch::autograd::set_history(*passed, node);
    }
    return turned || w.is_contiguous(kChannelsLast) ? y : y.contiguous();
}

at::Tensor library(const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias, int64_t stride, int64_t padding,
                   int64_t groups) {
    const int64_t strides[2] = {stride, stride}, paddings[2] = {padding, padding}, dilation[2] = {1, 1};
    return at::conv2d(x, w, bias, sizes(strides, 2), sizes(paddings, 2), sizes(dilation, 2), groups);
}

} // namespace

/// Each order of the weights that was asked for so far, and how many of them are not zero.
struct wt_frozen_s {
    struct Order {
        int packing;
        at::Tensor floats;
    };
    static constexpr int kSparse = -1;
    std::mutex mutex;
    std::vector<Order> orders;
    int64_t nonzeros = -1;

    int64_t counted(const at::Tensor &w) {
        const std::lock_guard lock(mutex);
        if (nonzeros < 0) nonzeros = at::count_nonzero(w).item<int64_t>();
        return nonzeros;
    }

    /// Makes an order unless it is there.
    template <class Make> at::Tensor order(int packing, int64_t size, const at::Tensor &w, Make &&make) {
        const std::lock_guard lock(mutex);
        for (const auto &known : orders)
            if (known.packing == packing) return known.floats;
        auto packed = at::empty({size}, w.options());
        make(floats(w.contiguous(kChannelsLast)), packed.data_ptr<float>());
        orders.push_back({packing, packed});
        return packed;
    }

    at::Tensor dense(const wk_conv &shape, const at::Tensor &w) {
        const auto *kernels = wk_kernels_best();
        const int packing = kernels->packing(&shape);
        if (packing == 0) return w.contiguous(kChannelsLast);
        return order(packing, kernels->packed(&shape), w,
                     [&](const float *from, float *to) { kernels->pack(&shape, from, to); });
    }

    at::Tensor sparse(const wk_conv &shape, const at::Tensor &w) {
        const auto *kernels = wk_kernels_best();
        return order(kSparse, kernels->sparse_packed(&shape), w,
                     [&](const float *from, float *to) { kernels->sparse_pack(&shape, from, to); });
    }
};

namespace {

at::Tensor frozen_conv2d(wt_frozen frozen, const at::Tensor &x, const at::Tensor &w, const at::Tensor &bias,
                         const at::Tensor &residual, float low, float high, int64_t stride, int64_t padding,
                         int64_t groups) {
    const at::NoGradGuard none;
    auto shape = own_shape(x, w, bias, stride, padding, groups);
    if (!shape || (residual.defined() && !is_plain(residual))) {
        auto y = library(x, w, bias, stride, padding, groups);
        if (residual.defined()) y = y + residual;
        if (low > -kInfinity || high < kInfinity) y = at::clamp(y, low, high);
        return y;
    }
    shape->frozen = true;
    shape->nonzeros = frozen->counted(w);
    const bool sparse = wk_kernels_best()->takes_sparse(&*shape);
    const auto format = sparse ? at::MemoryFormat::Contiguous : kChannelsLast;
    const auto extra = bias.defined() ? bias.contiguous() : bias;
    const auto more = residual.defined() ? residual.contiguous(format) : residual;
    const auto pictures = x.contiguous(format);
    const wk_ending ending{bias.defined() ? floats(extra) : nullptr, residual.defined() ? floats(more) : nullptr, low,
                           high};
    const auto across = [&](int64_t size) { return (size + 2 * padding - shape->kernel) / stride + 1; };
    TORCH_CHECK(!residual.defined() ||
                    residual.sizes() == at::IntArrayRef({x.size(0), w.size(0), across(x.size(2)), across(x.size(3))}),
                "a residual of ", residual.sizes(), " does not fit what the convolution makes");
    if (!sparse) return convolved(*shape, pictures, floats(frozen->dense(*shape, w)), ending);
    const auto packed = frozen->sparse(*shape, w);
    const wk_team team{at::get_num_threads(), in_parallel};
    auto y = at::empty({shape->batch, shape->out, across(x.size(2)), across(x.size(3))}, x.options());
    const auto room = unwritten({wk_kernels_best()->sparse_scratch(&*shape, team.pieces)});
    wk_kernels_best()->sparse_forward(&*shape, floats(pictures), floats(packed), &ending, y.data_ptr<float>(),
                                      room.data_ptr<float>(), team);
    return y;
}

} // namespace

extern "C" wt_frozen wt_freeze(void) { return new wt_frozen_s; }
extern "C" void wt_unfreeze(wt_frozen frozen) { delete frozen; }

extern "C" int wt_conv2d_frozen(wt_tensor *out, wt_frozen frozen, wt_tensor x, wt_tensor w, wt_tensor bias,
                                wt_tensor residual, float low, float high, int64_t stride, int64_t padding,
                                int64_t groups) {
    return give(out, [&] {
        return frozen_conv2d(frozen, of(x), of(w), maybe(bias), maybe(residual), low, high, stride, padding, groups);
    });
}

extern "C" int wt_conv2d(wt_tensor *out, wt_tensor *passed, wt_tensor x, wt_tensor w, wt_tensor bias, int64_t stride,
                         int64_t padding, int64_t groups) {
    at::Tensor same;
    const int status = give(out, [&] {
        if (auto y = own(of(x), of(w), maybe(bias), stride, padding, groups, passed ? &same : nullptr)) return *y;
        return library(of(x), of(w), maybe(bias), stride, padding, groups);
    });
    if (!passed || status != 0) return status;
    return give(passed, [&] { return same.defined() ? same : of(x); });
}
