// Batch norm, ReLU and max pooling as one autograd node, in training: the picture between them, a network's largest,
// is neither stored nor read again, and its gradient is formed from the smaller one's.
#include "norms.h"

using namespace winnow;

namespace {

struct NormPool : torch::autograd::Node {
    SavedVariable input;
    NormLayer layer;
    /// Of each window: its largest value, and its place.
    at::Tensor chosen, taps;
    wk_pool pool{};

    variable_list apply(variable_list &&gradients) override {
        if (!gradients[0].defined()) return variable_list(3);
        const auto x = input.unpack();
        const auto norm = layer.norm(true);
        const auto dy = gradients[0].contiguous(kChannelsLast);
        const int64_t channels = x.size(1), rows = dy.numel() / channels;
        const auto &kernels = wk_kernels_best()->norm;
        Sums sums(channels);
        sums.gather(over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
            kernels.pool_gate({channels, begin, end}, &norm, floats(dy), floats(chosen), taps.data_ptr<uint8_t>(),
                              sums.first(piece), sums.second(piece));
        }));
        const auto made = norm_gradients(layer, sums, x.numel() / channels);
        const auto dx = unwritten_pictures(x.sizes());
        over_rows(x.size(0) * x.size(2), x.size(3) * channels, [&](int, int64_t begin, int64_t end) {
            kernels.pool_input_gradient(&pool, &norm, begin, end, floats(dy), taps.data_ptr<uint8_t>(), floats(x),
                                        made.slope(), made.level(), dx.data_ptr<float>());
        });
        return {dx, made.dw, made.db};
    }

    void release_variables() override {
        input.reset_data();
        layer = {};
        chosen.reset();
        taps.reset();
    }
};

/// Of what it takes.
at::Tensor norm_pool(const at::Tensor &x, const NormParameters &p, int64_t kernel, int64_t stride, int64_t padding) {
    const auto node = node_after<NormPool>(x, p.w, p.b);
    const auto layer = batch_statistics(x, p);
    const auto norm = layer.norm(true);
    const wk_pool pool{x.size(0), x.size(2), x.size(3), x.size(1), kernel, stride, padding};
    const auto across = [&](int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
    const int64_t sizes[4] = {x.size(0), x.size(1), across(x.size(2)), across(x.size(3))};
    const auto y = unwritten_pictures(sizes), chosen = unwritten_pictures(sizes), taps = unwritten_pictures(sizes, at::kByte);
    over_rows(sizes[0] * sizes[2], sizes[3] * sizes[1], [&](int, int64_t begin, int64_t end) {
        wk_kernels_best()->norm.pool(&pool, &norm, begin, end, floats(x), y.data_ptr<float>(), chosen.data_ptr<float>(),
                                     taps.data_ptr<uint8_t>());
    });
    if (!node) return y;
    torch::autograd::set_history(y, node);
    node->input = SavedVariable(x, false);
    node->layer = layer;
    node->chosen = chosen;
    node->taps = taps;
    node->pool = pool;
    return y;
}

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
            return norm_pool(of(x), p, kernel, stride, padding);
        const int64_t k[2] = {kernel, kernel}, s[2] = {stride, stride}, d[2] = {padding, padding}, one[2] = {1, 1};
        return at::max_pool2d(norm_relu(of(x), p, {}, true), sizes(k, 2), sizes(s, 2), sizes(d, 2), sizes(one, 2), false);
    });
}
