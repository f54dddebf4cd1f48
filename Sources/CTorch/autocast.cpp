// Automatic mixed precision: which operations compute in a 16-bit type is libtorch's to say.
#include "shim.h"

#include <ATen/autocast_mode.h>

using namespace winnow;

namespace {

at::DeviceType kind(int device) {
    switch (device) {
    case WT_CPU: return at::kCPU;
    case WT_CUDA: return at::kCUDA;
    case WT_MPS: return at::kMPS;
    }
    TORCH_CHECK(false, "no device kind ", device);
}

} // namespace

extern "C" {

int wt_autocast_get(int device, struct wt_autocast *out) {
    return guarded([&] {
        out->enabled = at::autocast::is_autocast_enabled(kind(device));
        out->dtype = static_cast<int>(at::autocast::get_autocast_dtype(kind(device)));
    });
}

int wt_autocast_enter(int device, struct wt_autocast wanted, struct wt_autocast *before) {
    return guarded([&] {
        const auto where = kind(device);
        const auto type = static_cast<at::ScalarType>(wanted.dtype);
        TORCH_CHECK(type == at::kBFloat16 || type == at::kHalf, "autocast to ", type, ": expected a 16-bit float");
        before->enabled = at::autocast::is_autocast_enabled(where);
        before->dtype = static_cast<int>(at::autocast::get_autocast_dtype(where));
        at::autocast::set_autocast_dtype(where, type);
        at::autocast::set_autocast_enabled(where, wanted.enabled);
        at::autocast::increment_nesting();
    });
}

int wt_autocast_leave(int device, struct wt_autocast before) {
    return guarded([&] {
        const auto where = kind(device);
        at::autocast::set_autocast_enabled(where, before.enabled);
        at::autocast::set_autocast_dtype(where, static_cast<at::ScalarType>(before.dtype));
        // The converted weights are kept until the outermost block ends: an optimiser step is next.
        if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    });
}

} // extern "C"
