// Which instruction set's kernels are taken.
#include "kernels.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace winnow_kernels {
#if defined(__x86_64__)
namespace avx512 {
extern const wk_kernels kernels;
}
namespace avx2 {
extern const wk_kernels kernels;
}
#endif
namespace plain {
extern const wk_kernels kernels;
}

namespace {

/// The kernels that this processor runs, the widest first.
const wk_kernels *found(int index) {
    const wk_kernels *all[4] = {};
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (wide && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        all[count++] = &avx512::kernels;
    if (wide) all[count++] = &avx2::kernels;
#endif
    all[count++] = &plain::kernels;
    return all[index];
}

} // namespace
} // namespace winnow_kernels

using namespace winnow_kernels;

const wk_kernels *wk_kernels_named(const char *name) {
    for (int i = 0; const wk_kernels *kernels = found(i); ++i)
        if (std::strcmp(kernels->name, name) == 0) return kernels;
    return nullptr;
}

const wk_kernels *wk_kernels_best(void) {
    static const wk_kernels *const best = [] {
        const char *wanted = std::getenv("WINNOW_ISA");
        if (!wanted) return found(0);
        if (const wk_kernels *named = wk_kernels_named(wanted)) return named;
        std::fprintf(stderr, "error: WINNOW_ISA is '%s'; this processor runs:", wanted);
        for (int i = 0; const wk_kernels *kernels = found(i); ++i) std::fprintf(stderr, " %s", kernels->name);
        std::fprintf(stderr, ". Set it to one of these, or unset it\n");
        std::exit(1);
    }();
    return best;
}

bool wk_conv_fits(const wk_conv *c) {
    return c->batch > 0 && c->height > 0 && c->width > 0 && c->in > 0 && c->out > 0 && c->kernel >= 1 &&
           c->kernel <= 8 && c->stride >= 1 && c->stride <= 4 && c->padding >= 0 && c->padding < c->kernel &&
           (!c->depthwise || c->in == c->out) && c->height + 2 * c->padding >= c->kernel && c->width + 2 * c->padding >= c->kernel;
}
