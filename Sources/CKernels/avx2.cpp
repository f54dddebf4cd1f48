// The kernels compiled for avx2.
#include "kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
namespace winnow_kernels::avx2 {
#define LANES 8
#define ROWS 6
#define FILTERS 6
#define ISA_NAME "avx2"
#define TILE_BYTES (256 << 10)
#include "all.inc"
} // namespace winnow_kernels::avx2
#pragma clang attribute pop
#endif
