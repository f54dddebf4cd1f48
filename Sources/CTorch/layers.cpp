// Neural-network operations.
#include "norms.h"
#include "pooling.h"
#include "shim.h"
#include "synchronised_norm.h"

using namespace winnow;

extern "C" {

int wt_library_conv2d(wt_tensor *out, wt_tensor x, wt_tensor w, int64_t stride, int64_t padding, int64_t groups) {
    return give(out, [&] {
        const int64_t s[2] = {stride, stride}, p[2] = {padding, padding}, d[2] = {1, 1};
        return at::conv2d(of(x), of(w), {}, sizes(s, 2), sizes(p, 2), sizes(d, 2), groups);
    });
}
int wt_batch_norm(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean, wt_tensor var,
                  bool training, double momentum, double eps) {
    return give(out, [&] {
        const auto weight = maybe(w), bias = maybe(b), average = maybe(mean), variance = maybe(var);
        const NormParameters p{weight, bias, average, variance, momentum, eps};
        if (training && takes_norm(of(x), p)) return fused_norm(of(x), p, {}, false);
        if (training) return training_norm(of(x), weight, bias, average, variance, momentum, eps);
        return at::batch_norm(of(x), weight, bias, average, variance, false, momentum, eps, true);
    });
}
int wt_linear(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias) {
    return give(out, [&] { return at::linear(of(x), of(w), maybe(bias)); });
}
int wt_relu(wt_tensor *out, wt_tensor x) {
    return give(out, [&] { return at::relu(of(x)); });
}
int wt_sigmoid(wt_tensor *out, wt_tensor x) {
    return give(out, [&] { return at::sigmoid(of(x)); });
}
int wt_tanh(wt_tensor *out, wt_tensor x) {
    return give(out, [&] { return at::tanh(of(x)); });
}
int wt_prelu(wt_tensor *out, wt_tensor x, wt_tensor w) {
    return give(out, [&] { return at::prelu(of(x), of(w)); });
}
int wt_softmax(wt_tensor *out, wt_tensor x, int64_t dim) {
    return give(out, [&] { return at::softmax(of(x), dim); });
}
int wt_max_pool2d(wt_tensor *out, wt_tensor x, int64_t kernel, int64_t stride, int64_t padding, bool ceil) {
    return give(out, [&] {
        const int64_t k[2] = {kernel, kernel}, s[2] = {stride, stride}, p[2] = {padding, padding}, d[2] = {1, 1};
        return at::max_pool2d(pooled_from(of(x)), sizes(k, 2), sizes(s, 2), sizes(p, 2), sizes(d, 2), ceil);
    });
}
int wt_cross_entropy(wt_tensor *out, wt_tensor logits, wt_tensor target, bool sum) {
    return give(out, [&] {
        const auto reduction = sum ? at::Reduction::Sum : at::Reduction::Mean;
        return at::cross_entropy_loss(of(logits), of(target), {}, reduction);
    });
}

} // extern "C"
