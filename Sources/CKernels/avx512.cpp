// The kernels compiled for avx512.
#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
namespace winnow_kernels::avx512 {
#define LANES 16
#define ROWS 14
#define FILTERS 8
#define ISA_NAME "avx512"
#define TILE_BYTES (600 << 10)
#include "all.inc"
} // namespace winnow_kernels::avx512
#pragma clang attribute pop
#endif
