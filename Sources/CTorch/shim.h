// What every file of the shim shares: the handle's inside, and one guard that catches everything.
#pragma once
#include "CTorch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <exception>
#include <string>

struct wt_tensor_s {
    at::Tensor value;
};
struct wt_generator_s {
    at::Generator value;
};

namespace winnow {

/// The message of this thread's last failure.
std::string &last_error();

inline at::Tensor &of(wt_tensor t) { return t->value; }

/// A null handle is libtorch's undefined tensor (an optional argument left out).
inline at::Tensor maybe(wt_tensor t) { return t ? t->value : at::Tensor(); }

inline wt_tensor wrap(at::Tensor value) { return new wt_tensor_s{std::move(value)}; }

/// Runs `body`; an exception becomes a status and a message, since it must never reach Swift.
template <class Body> int guarded(Body &&body) noexcept {
    try {
        body();
        return 0;
    } catch (const c10::Error &error) {
        last_error() = error.what_without_backtrace();
    } catch (const std::exception &error) {
        last_error() = error.what();
    } catch (...) {
        last_error() = "unknown C++ exception";
    }
    return -1;
}

/// Runs `make`, and hands its tensor out as a new handle.
template <class Make> int give(wt_tensor *out, Make &&make) noexcept {
    *out = nullptr;
    return guarded([&] { *out = wrap(make()); });
}

inline at::IntArrayRef sizes(const int64_t *values, int count) {
    return at::IntArrayRef(values, static_cast<size_t>(count));
}

at::TensorOptions options(int dtype, int device, int index);

} // namespace winnow
