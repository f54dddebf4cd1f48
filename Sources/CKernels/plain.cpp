// The kernels compiled for plain.
#include "kernels.h"

namespace winnow_kernels::plain {
#define LANES 4
#if defined(__aarch64__)
#define ROWS 12
#define FILTERS 12
#else
#define ROWS 6
#define FILTERS 6
#endif
#define ISA_NAME "plain"
#define TILE_BYTES (256 << 10)
#include "all.inc"
} // namespace winnow_kernels::plain
