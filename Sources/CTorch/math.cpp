// Arithmetic, reductions and shapes.
#include "shim.h"

#include <cstring>

using namespace winnow;

extern "C" {

int wt_add(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::add(of(a), of(b)); });
}
int wt_sub(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::sub(of(a), of(b)); });
}
int wt_mul(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::mul(of(a), of(b)); });
}
int wt_div(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::div(of(a), of(b)); });
}
int wt_affine(wt_tensor *out, wt_tensor a, double scale, double shift) {
    return give(out, [&] {
        const auto scaled = scale == 1 ? of(a) : at::mul(of(a), scale);
        return shift == 0 && scale != 1 ? scaled : at::add(scaled, shift);
    });
}
int wt_add_(wt_tensor a, wt_tensor b, double alpha) {
    return guarded([&] { of(a).add_(of(b), alpha); });
}
int wt_mul_(wt_tensor a, wt_tensor b) {
    return guarded([&] { of(a).mul_(of(b)); });
}
int wt_shift_(wt_tensor a, double shift) {
    return guarded([&] { of(a).add_(at::isIntegralType(of(a).scalar_type(), false) ? at::Scalar(static_cast<int64_t>(shift)) : at::Scalar(shift)); });
}
int wt_fill_(wt_tensor a, double value) {
    return guarded([&] { of(a).fill_(value); });
}
int wt_abs(wt_tensor *out, wt_tensor a) {
    return give(out, [&] { return at::abs(of(a)); });
}
int wt_sqrt(wt_tensor *out, wt_tensor a) {
    return give(out, [&] { return at::sqrt(of(a)); });
}
int wt_exp(wt_tensor *out, wt_tensor a) {
    return give(out, [&] { return at::exp(of(a)); });
}
int wt_clamp(wt_tensor *out, wt_tensor a, double low, double high) {
    return give(out, [&] { return at::clamp(of(a), low, high); });
}
int wt_matmul(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::matmul(of(a), of(b)); });
}
int wt_linalg_solve(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::linalg_solve(of(a), of(b)); });
}
int wt_linalg_eigh(wt_tensor *values, wt_tensor *vectors, wt_tensor a) {
    *values = *vectors = nullptr;
    return guarded([&] {
        auto [numbers, columns] = at::linalg_eigh(of(a));
        *values = wrap(numbers);
        *vectors = wrap(columns);
    });
}
int wt_equal_to(wt_tensor *out, wt_tensor a, wt_tensor b) {
    return give(out, [&] { return at::eq(of(a), of(b)); });
}
int wt_sum(wt_tensor *out, wt_tensor a) {
    return give(out, [&] { return at::sum(of(a)); });
}
int wt_mean(wt_tensor *out, wt_tensor a) {
    return give(out, [&] { return at::mean(of(a)); });
}
int wt_sum_dim(wt_tensor *out, wt_tensor a, int64_t dim, bool keep) {
    return give(out, [&] { return at::sum(of(a), at::IntArrayRef(&dim, 1), keep); });
}
int wt_argmax(wt_tensor *out, wt_tensor a, int64_t dim) {
    return give(out, [&] { return at::argmax(of(a), dim); });
}
int wt_all_finite(bool *out, wt_tensor a) {
    return guarded([&] { *out = at::isfinite(of(a)).all().item<bool>(); });
}
int wt_bitwise_equal(bool *out, wt_tensor a, wt_tensor b) {
    return guarded([&] {
        const auto x = of(a).detach().to(at::kCPU).contiguous();
        const auto y = of(b).detach().to(at::kCPU).contiguous();
        *out = x.sizes() == y.sizes() && x.scalar_type() == y.scalar_type() &&
               (x.nbytes() == 0 || std::memcmp(x.data_ptr(), y.data_ptr(), x.nbytes()) == 0);
    });
}
int wt_count_nonzero(int64_t *out, wt_tensor a) {
    return guarded([&] { *out = at::count_nonzero(of(a)).item<int64_t>(); });
}
int wt_item(double *out, wt_tensor a) {
    return guarded([&] { *out = of(a).item<double>(); });
}
int wt_reshape(wt_tensor *out, wt_tensor a, const int64_t *shape, int ndim) {
    return give(out, [&] { return at::reshape(of(a), sizes(shape, ndim)); });
}
int wt_permute(wt_tensor *out, wt_tensor a, const int64_t *dims, int ndim) {
    return give(out, [&] { return at::permute(of(a), sizes(dims, ndim)); });
}
int wt_transpose(wt_tensor *out, wt_tensor a, int64_t d0, int64_t d1) {
    return give(out, [&] { return at::transpose(of(a), d0, d1); });
}
int wt_narrow(wt_tensor *out, wt_tensor a, int64_t dim, int64_t start, int64_t length) {
    return give(out, [&] { return at::narrow(of(a), dim, start, length); });
}
int wt_index_select(wt_tensor *out, wt_tensor a, int64_t dim, wt_tensor index) {
    return give(out, [&] { return at::index_select(of(a), dim, of(index)); });
}
int wt_flip(wt_tensor *out, wt_tensor a, int64_t dim) {
    return give(out, [&] { return at::flip(of(a), at::IntArrayRef(&dim, 1)); });
}
int wt_cat(wt_tensor *out, const wt_tensor *parts, int count, int64_t dim) {
    return give(out, [&] {
        std::vector<at::Tensor> values;
        values.reserve(static_cast<size_t>(count));
        for (int i = 0; i < count; ++i) values.push_back(of(parts[i]));
        return at::cat(values, dim);
    });
}

} // extern "C"
