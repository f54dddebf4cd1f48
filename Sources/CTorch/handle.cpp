// Life, facts, creation and copies of tensors.
#include "shim.h"

#include <cstring>

using namespace winnow;

std::string &winnow::last_error() {
    thread_local std::string message;
    return message;
}

at::TensorOptions winnow::options(int dtype, int device, int index) {
    at::Device where(at::kCPU);
    if (device == WT_CUDA) where = at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index));
    if (device == WT_MPS) where = at::Device(at::kMPS);
    return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(where);
}

extern "C" {

const char *wt_last_error(void) { return last_error().c_str(); }

void wt_free(wt_tensor t) { delete t; }
int wt_share(wt_tensor *out, wt_tensor t) {
    return give(out, [&] { return of(t); });
}
int wt_ndim(wt_tensor t) { return static_cast<int>(of(t).dim()); }
void wt_sizes(wt_tensor t, int64_t *out) {
    const auto shape = of(t).sizes();
    std::copy(shape.begin(), shape.end(), out);
}
int64_t wt_numel(wt_tensor t) { return of(t).numel(); }
int wt_dtype_of(wt_tensor t) { return static_cast<int>(of(t).scalar_type()); }
int wt_device_of(wt_tensor t, int *index) {
    const auto device = of(t).device();
    *index = device.index();
    if (device.is_cuda()) return WT_CUDA;
    return device.is_mps() ? WT_MPS : WT_CPU;
}
bool wt_is_channels_last(wt_tensor t) { return of(t).is_contiguous(at::MemoryFormat::ChannelsLast); }
bool wt_is_contiguous(wt_tensor t) { return of(t).is_contiguous(); }
bool wt_requires_grad(wt_tensor t) { return of(t).requires_grad(); }
bool wt_same(wt_tensor a, wt_tensor b) { return of(a).is_same(of(b)); }
void *wt_data(wt_tensor t) { return of(t).is_cpu() ? of(t).data_ptr() : nullptr; }

int wt_full(wt_tensor *out, const int64_t *shape, int ndim, double value, int dtype, int device, int index) {
    return give(out, [&] { return at::full(sizes(shape, ndim), value, options(dtype, device, index)); });
}
int wt_empty(wt_tensor *out, const int64_t *shape, int ndim, int dtype, int device, int index) {
    return give(out, [&] { return at::empty(sizes(shape, ndim), options(dtype, device, index)); });
}
int wt_from_bytes(wt_tensor *out, const void *bytes, const int64_t *shape, int ndim, int dtype) {
    return give(out, [&] {
        auto made = at::empty(sizes(shape, ndim), options(dtype, WT_CPU, 0));
        if (made.nbytes() > 0) std::memcpy(made.data_ptr(), bytes, made.nbytes());
        return made;
    });
}
int wt_to_bytes(wt_tensor t, void *bytes, size_t capacity) {
    return guarded([&] {
        const auto host = of(t).detach().to(at::kCPU).contiguous();
        TORCH_CHECK(host.nbytes() == capacity, "buffer of ", capacity, " bytes for ", host.nbytes());
        if (capacity > 0) std::memcpy(bytes, host.data_ptr(), capacity);
    });
}
int wt_to(wt_tensor *out, wt_tensor t, int dtype, int device, int index) {
    return give(out, [&] { return of(t).to(options(dtype, device, index)); });
}
int wt_channels_last(wt_tensor *out, wt_tensor t) {
    return give(out, [&] { return of(t).contiguous(at::MemoryFormat::ChannelsLast); });
}
int wt_contiguous(wt_tensor *out, wt_tensor t) {
    return give(out, [&] { return of(t).contiguous(); });
}
int wt_clone(wt_tensor *out, wt_tensor t) {
    return give(out, [&] { return of(t).clone(); });
}
int wt_detach(wt_tensor *out, wt_tensor t) {
    return give(out, [&] { return of(t).detach(); });
}
int wt_copy_(wt_tensor t, wt_tensor source) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        of(t).copy_(of(source));
    });
}
int wt_randn(wt_tensor *out, const int64_t *shape, int ndim, wt_generator g) {
    return give(out, [&] {
        const auto where = at::TensorOptions().dtype(at::kFloat).device(g->value.device());
        return at::randn(sizes(shape, ndim), g->value, where);
    });
}
int wt_uniform(wt_tensor *out, const int64_t *shape, int ndim, double low, double high, wt_generator g) {
    return give(out, [&] {
        const auto where = at::TensorOptions().dtype(at::kFloat).device(g->value.device());
        return at::empty(sizes(shape, ndim), where).uniform_(low, high, g->value);
    });
}
int wt_randperm(wt_tensor *out, int64_t n, wt_generator g) {
    return give(out, [&] { return at::randperm(n, g->value, at::TensorOptions().dtype(at::kLong)); });
}

} // extern "C"
