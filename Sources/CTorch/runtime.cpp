// Devices, threads and generators.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/headeronly/version.h>

#include <dlfcn.h>

#include <tuple>

using namespace winnow;

namespace {

/// Loads libtorch_cuda beside libtorch_cpu, once; without a driver's libraries it stays away.
bool load_cuda() {
    static const bool loaded = [] {
        if (!dlopen("libcuda.so.1", RTLD_LAZY | RTLD_GLOBAL)) return false;
        return dlopen("libtorch_cuda.so", RTLD_NOW | RTLD_GLOBAL) != nullptr;
    }();
    return loaded;
}

} // namespace

extern "C" {

bool wt_has_cuda(void) {
    bool found = false;
    guarded([&] { found = load_cuda() && at::globalContext().hasCUDA(); });
    return found;
}
bool wt_has_mps(void) {
    bool found = false;
    guarded([&] { found = at::globalContext().hasMPS(); });
    return found;
}
const char *wt_version(void) { return TORCH_VERSION; }
const char *wt_cpu_capability(void) {
    static const std::string name = at::get_cpu_capability();
    return name.c_str();
}
void wt_set_threads(int n) {
    guarded([&] { at::set_num_threads(n); });
}
int wt_threads(void) { return at::get_num_threads(); }

int wt_generator_new(wt_generator *out, uint64_t seed, int device, int index) {
    *out = nullptr;
    return guarded([&] {
        if (device == WT_CPU) {
            *out = new wt_generator_s{at::detail::createCPUGenerator(seed)};
            return;
        }
        const auto kind = device == WT_CUDA ? at::kCUDA : at::kMPS;
        const at::Device where(kind, static_cast<c10::DeviceIndex>(device == WT_CUDA ? index : 0));
        auto generator = at::globalContext().defaultGenerator(where).clone();
        generator.set_current_seed(seed);
        *out = new wt_generator_s{generator};
    });
}
int wt_generator_seed(wt_generator g, uint64_t seed) {
    return guarded([&] { g->value.set_current_seed(seed); });
}
void wt_generator_free(wt_generator g) { delete g; }

int wt_synchronize(int device, int index) {
    return guarded([&] {
        if (device == WT_CUDA) at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index));
    });
}
int wt_device_memory(int index, size_t *free, size_t *total) {
    return guarded([&] {
        at::globalContext().lazyInitDevice(at::kCUDA);
        std::tie(*free, *total) = at::accelerator::getMemoryInfo(static_cast<c10::DeviceIndex>(index));
    });
}

} // extern "C"
