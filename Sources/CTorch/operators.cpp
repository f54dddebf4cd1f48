// The operators that networks from files need beside those of layers.cpp: libtorch's own, one line each.
#include "pooling.h"
#include "shim.h"

#include <cstring>

using namespace winnow;

namespace {

at::IntArrayRef pair(const int64_t *values) { return at::IntArrayRef(values, 2); }

bool integral(const at::Tensor &t) { return at::isIntegralType(t.scalar_type(), true); }

at::Tensor unary(const at::Tensor &x, int kind) {
    switch (kind) {
    case WT_NEG: return at::neg(x);
    case WT_LOG: return at::log(x);
    case WT_ERF: return at::erf(x);
    case WT_RECIPROCAL: return at::reciprocal(x);
    case WT_FLOOR: return integral(x) ? x : at::floor(x);
    case WT_CEIL: return integral(x) ? x : at::ceil(x);
    case WT_NOT: return at::logical_not(x);
    case WT_HARDSWISH: return at::hardswish(x);
    case WT_HARDSIGMOID: return at::hardsigmoid(x);
    case WT_SILU: return at::silu(x);
    case WT_GELU: return at::gelu(x, "none");
    case WT_GELU_TANH: return at::gelu(x, "tanh");
    case WT_SOFTPLUS: return at::softplus(x);
    }
    TORCH_CHECK(false, "no unary operation number ", kind);
}

at::Tensor binary(const at::Tensor &a, const at::Tensor &b, int kind) {
    switch (kind) {
    case WT_DIVIDE: return integral(a) && integral(b) ? at::div(a, b, "trunc") : at::div(a, b);
    case WT_POW: return at::pow(a, b);
    case WT_MAXIMUM: return at::maximum(a, b);
    case WT_MINIMUM: return at::minimum(a, b);
    case WT_REMAINDER: return at::remainder(a, b);
    case WT_FMOD: return at::fmod(a, b);
    case WT_EQUAL: return at::eq(a, b);
    case WT_LESS: return at::lt(a, b);
    case WT_GREATER: return at::gt(a, b);
    case WT_AND: return at::logical_and(a, b);
    case WT_OR: return at::logical_or(a, b);
    }
    TORCH_CHECK(false, "no binary operation number ", kind);
}

} // namespace

extern "C" {

int wt_unary(wt_tensor *out, wt_tensor x, int kind) {
    return give(out, [&] { return unary(of(x), kind); });
}
int wt_binary(wt_tensor *out, wt_tensor a, wt_tensor b, int kind) {
    return give(out, [&] { return binary(of(a), of(b), kind); });
}
int wt_leaky_relu(wt_tensor *out, wt_tensor x, double slope) {
    return give(out, [&] { return at::leaky_relu(of(x), slope); });
}
int wt_elu(wt_tensor *out, wt_tensor x, double alpha) {
    return give(out, [&] { return at::elu(of(x), alpha); });
}
int wt_where(wt_tensor *out, wt_tensor condition, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::where(of(condition), of(a), of(b)); });
}
int wt_convolution(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias, const int64_t *stride,
                   const int64_t *padding, const int64_t *dilation, const int64_t *output_padding, bool transposed,
                   int64_t groups) {
    return give(out, [&] {
        return at::convolution(of(x), of(w), maybe(bias), pair(stride), pair(padding), pair(dilation), transposed,
                               pair(output_padding), groups);
    });
}
int wt_max_pool(wt_tensor *out, wt_tensor x, const int64_t *kernel, const int64_t *stride, const int64_t *padding,
                const int64_t *dilation, bool ceil) {
    return give(out, [&] {
        return at::max_pool2d(pooled_from(of(x)), pair(kernel), pair(stride), pair(padding), pair(dilation), ceil);
    });
}
int wt_avg_pool(wt_tensor *out, wt_tensor x, const int64_t *kernel, const int64_t *stride, const int64_t *padding,
                bool ceil, bool count_padding) {
    return give(out, [&] {
        return at::avg_pool2d(of(x), pair(kernel), pair(stride), pair(padding), ceil, count_padding);
    });
}
int wt_pad(wt_tensor *out, wt_tensor x, const int64_t *pads, int count, const char *mode, double value) {
    return give(out, [&] {
        return std::strcmp(mode, "constant") == 0 ? at::constant_pad_nd(of(x), sizes(pads, count), value)
                                                  : at::pad(of(x), sizes(pads, count), mode);
    });
}
int wt_layer_norm(wt_tensor *out, wt_tensor x, const int64_t *shape, int ndim, wt_tensor w, wt_tensor b, double eps) {
    return give(out, [&] { return at::layer_norm(of(x), sizes(shape, ndim), maybe(w), maybe(b), eps); });
}
int wt_group_norm(wt_tensor *out, wt_tensor x, int64_t groups, wt_tensor w, wt_tensor b, double eps) {
    return give(out, [&] { return at::group_norm(of(x), groups, maybe(w), maybe(b), eps); });
}
int wt_reduce(wt_tensor *out, wt_tensor x, const int64_t *dims, int count, bool keep, int kind) {
    return give(out, [&] {
        const auto over = sizes(dims, count);
        switch (kind) {
        case WT_REDUCE_MEAN: return at::mean(of(x), over, keep);
        case WT_REDUCE_SUM: return at::sum(of(x), over, keep);
        case WT_REDUCE_MAX: return at::amax(of(x), over, keep);
        case WT_REDUCE_MIN: return at::amin(of(x), over, keep);
        }
        TORCH_CHECK(false, "no reduction number ", kind);
    });
}
int wt_expand(wt_tensor *out, wt_tensor x, const int64_t *shape, int ndim) {
    return give(out, [&] { return of(x).expand(sizes(shape, ndim)); });
}
int wt_slice(wt_tensor *out, wt_tensor x, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return give(out, [&] { return at::slice(of(x), dim, start, end, step); });
}
int wt_scatter_nd(wt_tensor *out, wt_tensor x, wt_tensor index, wt_tensor updates) {
    return give(out, [&] {
        const auto &at_ = of(index);
        c10::List<std::optional<at::Tensor>> places;
        for (int64_t d = 0; d < at_.size(-1); ++d) places.push_back(at_.select(-1, d));
        return at::index_put(of(x), places, of(updates));
    });
}
int wt_arange(wt_tensor *out, double start, double end, double step, int dtype) {
    return give(out, [&] {
        const auto wanted = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
        if (at::isFloatingType(static_cast<at::ScalarType>(dtype))) return at::arange(start, end, step, wanted);
        return at::arange(static_cast<int64_t>(start), static_cast<int64_t>(end), static_cast<int64_t>(step), wanted);
    });
}
int wt_pixel_shuffle(wt_tensor *out, wt_tensor x, int64_t factor) {
    return give(out, [&] { return at::pixel_shuffle(of(x), factor); });
}
int wt_resize(wt_tensor *out, wt_tensor x, int64_t height, int64_t width, int mode, bool align_corners) {
    return give(out, [&] {
        const int64_t target[2] = {height, width};
        switch (mode) {
        case WT_NEAREST: return at::upsample_nearest2d(of(x), pair(target));
        case WT_BILINEAR: return at::upsample_bilinear2d(of(x), pair(target), align_corners);
        case WT_BICUBIC: return at::upsample_bicubic2d(of(x), pair(target), align_corners);
        }
        TORCH_CHECK(false, "no resize mode number ", mode);
    });
}
int wt_dropout(wt_tensor *out, wt_tensor x, double ratio, wt_generator g) {
    return give(out, [&] {
        const auto keep = at::empty_like(of(x)).bernoulli_(1 - ratio, g->value);
        return ratio < 1 ? of(x) * keep.div_(1 - ratio) : of(x) * 0;
    });
}

} // extern "C"
