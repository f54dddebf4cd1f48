// Sixteen floats at once, for Swift to inline: what its own vectors have no instruction for.
#pragma once

#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

typedef float wk_lanes __attribute__((ext_vector_type(16)));
typedef float wk_half_lanes __attribute__((ext_vector_type(8)));
typedef float wk_quarter_lanes __attribute__((ext_vector_type(4)));

/// 1 / sqrt(x) within 2^-8 or better, by the processor's own guess where it has one; infinite at 0.
static inline __attribute__((always_inline)) wk_lanes wk_guessed_inverse_root(wk_lanes x) {
#if defined(__AVX512F__)
    return (wk_lanes)_mm512_rsqrt14_ps((__m512)x);
#elif defined(__AVX__)
    wk_lanes y;
    y.lo = (wk_half_lanes)_mm256_rsqrt_ps((__m256)x.lo);
    y.hi = (wk_half_lanes)_mm256_rsqrt_ps((__m256)x.hi);
    return y;
#elif defined(__ARM_NEON)
    wk_lanes y;
    y.lo.lo = (wk_quarter_lanes)vrsqrteq_f32((float32x4_t)x.lo.lo);
    y.lo.hi = (wk_quarter_lanes)vrsqrteq_f32((float32x4_t)x.lo.hi);
    y.hi.lo = (wk_quarter_lanes)vrsqrteq_f32((float32x4_t)x.hi.lo);
    y.hi.hi = (wk_quarter_lanes)vrsqrteq_f32((float32x4_t)x.hi.hi);
    return y;
#else
    wk_lanes y;
    for (int i = 0; i < 16; ++i) y[i] = 1 / __builtin_sqrtf(x[i]);
    return y;
#endif
}
