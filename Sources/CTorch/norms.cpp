// Ioffe & Szegedy 2015: y = (x - mean) / sqrt(var + eps) * w + b, biased variance over batch and pixels
// while training; running statistics take the unbiased one, as in torch.nn.BatchNorm2d.
#include "norms.h"
#include "descent.h"
#include "group.h"

#include <cmath>

namespace winnow {

NormLayer batch_statistics(const at::Tensor &x, const NormParameters &p) {
    const int64_t channels = x.size(1), rows = x.numel() / channels;
    const float *source = floats(x);
    float *rm = p.running_mean.data_ptr<float>(), *rv = p.running_var.data_ptr<float>();
    // About the running mean: sums of large numbers would lose their differences.
    Sums sums(channels);
    sums.gather(over_rows(rows, channels, [&](int piece, int64_t begin, int64_t end) {
        wk_kernels_best()->norm.moments({channels, begin, end}, source, rm, sums.first(piece), sums.second(piece));
    }));
    int64_t all_rows = rows;
    sum_over_processes(sums.first(0), 2 * channels, all_rows);
    const NormLayer layer{unwritten({4, channels}), p.w, p.b};
    const float *w = floats(p.w), *b = floats(p.b);
    float *mean = layer.row(0), *scale = layer.row(1), *offset = layer.row(2), *inverse = layer.row(3);
    const double n = static_cast<double>(all_rows);
    for (int64_t c = 0; c < channels; ++c) {
        const double away = sums.first(0)[c] / n, average = rm[c] + away;
        const double square = sums.second(0)[c] / n - away * away, variance = square < 0 ? 0 : square;
        const double root = 1 / std::sqrt(variance + p.eps);
        mean[c] = static_cast<float>(average);
        inverse[c] = static_cast<float>(root);
        scale[c] = static_cast<float>(w[c] * root);
        offset[c] = static_cast<float>(b[c] - average * scale[c]);
        rm[c] = static_cast<float>((1 - p.momentum) * rm[c] + p.momentum * average);
        rv[c] = static_cast<float>((1 - p.momentum) * rv[c] + p.momentum * variance * (n / (n - 1)));
    }
    return layer;
}

NormGradients norm_gradients(const NormLayer &layer, Sums &sums, int64_t rows) {
    const int64_t channels = layer.channels();
    NormGradients made{unwritten({channels}), unwritten({channels}), unwritten({2, channels})};
    float *dw = made.dw.data_ptr<float>(), *db = made.db.data_ptr<float>();
    for (int64_t c = 0; c < channels; ++c) {
        db[c] = static_cast<float>(sums.first(0)[c]);
        dw[c] = static_cast<float>(sums.second(0)[c] * layer.inverse()[c]);
    }
    sum_over_processes(sums.first(0), 2 * channels, rows);
    float *slope = made.factors.data_ptr<float>(), *level = slope + channels;
    const auto norm = layer.norm(false);
    const double n = static_cast<double>(rows);
    for (int64_t c = 0; c < channels; ++c) {
        const double inverse = layer.inverse()[c], scale = norm.scale[c];
        const double each = -scale * sums.second(0)[c] * inverse * inverse / n;
        slope[c] = static_cast<float>(each);
        level[c] = static_cast<float>(-scale * sums.first(0)[c] / n - each * norm.mean[c]);
    }
    descend(layer.w, made.dw);
    descend(layer.b, made.db);
    return made;
}

bool is_rows(const at::Tensor &t) {
    return t.is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 4 && t.is_contiguous(kChannelsLast);
}

bool takes_norm(const at::Tensor &x, const NormParameters &p) {
    if (!is_rows(x)) return false;
    for (const auto *t : {&p.w, &p.b, &p.running_mean, &p.running_var})
        if (!t->defined() || !t->is_cpu() || t->scalar_type() != at::kFloat || !t->is_contiguous() || t->numel() != x.size(1))
            return false;
    return norms_are_synchronised() || x.numel() / std::max<int64_t>(1, x.size(1)) > 1;
}

} // namespace winnow
