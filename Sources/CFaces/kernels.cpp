#include "CFaces.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#if defined(__x86_64__)
#define WF_X86 1
#endif

/// Sums only stay in registers when the loops over them disappear.
#define WF_UNROLL _Pragma("clang loop unroll(full)")

namespace plain {
#if defined(WF_X86)
#define KIND_REGISTERS 2
#define KIND_BLOCK 1
#else
#define KIND_REGISTERS 6
#define KIND_BLOCK 1
#endif
#include "kernels.inc"
#undef KIND_REGISTERS
#undef KIND_BLOCK
} // namespace plain

#if defined(WF_X86)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace avx2 {
#define KIND_REGISTERS 6
#define KIND_BLOCK 1
#include "kernels.inc"
#undef KIND_REGISTERS
#undef KIND_BLOCK
} // namespace avx2
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
namespace avx512 {
#define KIND_REGISTERS 24
#define KIND_BLOCK 4
#include "kernels.inc"
#undef KIND_REGISTERS
#undef KIND_BLOCK
} // namespace avx512
#pragma clang attribute pop
#endif

const wf_kernels *wf_kernels_at(int32_t level) {
    if (level == 0) return &plain::kernels;
#if defined(WF_X86)
    __builtin_cpu_init();
    const bool wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == 1 && wide) return &avx2::kernels;
    if (level == 2 && wide && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return &avx512::kernels;
#endif
    return nullptr;
}

const wf_kernels *wf_best_kernels(void) {
    static const wf_kernels *const best = [] {
        for (int32_t level = 2; level > 0; --level)
            if (const wf_kernels *found = wf_kernels_at(level)) return found;
        return wf_kernels_at(0);
    }();
    return best;
}
