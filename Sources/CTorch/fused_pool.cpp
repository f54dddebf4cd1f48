// Batch norm, ReLU and max pooling as one autograd node, in training: the picture between them, a network's largest,
// is neither stored nor read again, and its gradient is formed from the smaller one's.
#include "norms.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace winnow;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

wk_pool pool_of(const at::Tensor &x, int64_t kernel, int64_t stride, int64_t padding) {
    return {x.size(0), x.size(2), x.size(3), x.size(1), kernel, stride, padding};
}

struct NormPool : torch::autograd::Function<NormPool> {
    static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w, const at::Tensor &b,
                              const at::Tensor &running_mean, const at::Tensor &running_var, int64_t kernel,
                              int64_t stride, int64_t padding, double momentum, double eps) {
        const auto layer = batch_statistics(x, {w, b, running_mean, running_var, momentum, eps});
        const auto norm = layer.norm(true);
        const auto pool = pool_of(x, kernel, stride, padding);
        const auto across = [&](int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
        const int64_t height = across(x.size(2)), width = across(x.size(3));
        auto y = at::empty({x.size(0), x.size(1), height, width}, x.options(), kChannelsLast);
        const auto chosen = at::empty_like(y), taps = at::empty_like(y, at::kByte);
        over_rows(x.size(0) * height, width * x.size(1), [&](int, int64_t begin, int64_t end) {
            wk_kernels_best()->norm.pool(&pool, &norm, begin, end, floats(x), y.data_ptr<float>(),
                                         chosen.data_ptr<float>(), taps.data_ptr<uint8_t>());
        });
        context->save_for_backward({x, layer.values, chosen, taps});
        context->saved_data["window"] = std::vector<int64_t>{kernel, stride, padding};
        return y;
    }

    static variable_list backward(AutogradContext *context, variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &chosen = saved[2];
        const NormLayer layer{saved[1]};
        const auto norm = layer.norm(true);
        const auto window = context->saved_data["window"].toIntVector();
        const auto pool = pool_of(x, window[0], window[1], window[2]);
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const int64_t channels = x.size(1), rows = dy.numel() / channels;
        const auto *taps = saved[3].data_ptr<uint8_t>();
        const auto &kernels = wk_kernels_best()->norm;
        Sums sums(channels);
        sums.gather(over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
            kernels.pool_gate({channels, begin, end}, &norm, floats(dy), floats(chosen), taps, sums.first(piece),
                              sums.second(piece));
        }));
        const auto made = norm_gradients(layer, sums, x.numel() / channels);
        const auto dx = at::empty_like(x, kChannelsLast);
        over_rows(x.size(0) * x.size(2), x.size(3) * channels, [&](int, int64_t begin, int64_t end) {
            kernels.pool_input_gradient(&pool, &norm, begin, end, floats(dy), taps, floats(x), made.slope(),
                                        made.level(), dx.data_ptr<float>());
        });
        return {dx, made.dw, made.db, {}, {}, {}, {}, {}, {}, {}};
    }
};

/// Not where a window may lie in the padding alone, nor where its places do not fit into a byte.
bool takes_pool(const at::Tensor &x, int64_t kernel, int64_t stride, int64_t padding) {
    const int64_t least = std::min(x.size(2), x.size(3)) + 2 * padding;
    return kernel >= 1 && kernel <= 15 && stride >= 1 && padding >= 0 && 2 * padding <= kernel && least >= kernel;
}

} // namespace

extern "C" int wt_batch_norm_relu_pool(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean,
                                       wt_tensor var, int64_t kernel, int64_t stride, int64_t padding, double momentum,
                                       double eps) {
    return give(out, [&] {
        const NormParameters p{of(w), of(b), of(mean), of(var), momentum, eps};
        if (takes_norm(of(x), p) && takes_pool(of(x), kernel, stride, padding))
            return NormPool::apply(of(x), p.w, p.b, p.running_mean, p.running_var, kernel, stride, padding, momentum, eps);
        const int64_t k[2] = {kernel, kernel}, s[2] = {stride, stride}, d[2] = {padding, padding}, one[2] = {1, 1};
        return at::max_pool2d(norm_relu(of(x), p, {}, true), sizes(k, 2), sizes(s, 2), sizes(d, 2), sizes(one, 2), false);
    });
}
