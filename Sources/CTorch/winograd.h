// 3x3 convolutions with fewer multiplications, on plain arrays. No Torch here.
//
// Winograd's F(2x2, 3x3) (Lavin & Gray 2016): a 2x2 tile of the output costs 16 multiplications instead
// of 36: Y = A' [(G g G') * (B' d B)] A, with d the 4x4 tile of the input and g the kernel. The products
// of one of the 16 places, over all tiles and channels, are a matrix product.
//
// Stride 1, padding 1; pixels are rows of channels (channels-last). `pieces` threads share the tiles.
#pragma once
#include <cstddef>
#include <cstdint>

namespace winnow {

/// What is convolved: pictures [batch, height, width, in] to [batch, height, width, out].
struct Winograd {
    int64_t batch, height, width, in, out;

    /// Whether this is worth its transforms: channels in whole panels, pictures of a few tiles each way.
    bool fits() const;
    int64_t tiles() const { return batch * ((height + 1) / 2) * ((width + 1) / 2); }
    /// Floats of transformed weights.
    int64_t weights() const { return 16 * in * out; }
    /// Floats of scratch that `convolve` and `weight_gradient` need.
    int64_t convolve_scratch(int pieces) const;
    int64_t gradient_scratch(int pieces) const;

    /// Transforms weights, which lie as [out][3][3][in]. `mirrored`: for the gradient of the input; `in` and
    /// `out` are then those of that convolution, and the same weights lie as [in][3][3][out].
    void transform(const float *w, bool mirrored, int pieces, float *u) const;
    void convolve(const float *x, const float *u, int pieces, float *scratch, float *y) const;
    /// The gradient of the weights, [out][3][3][in].
    void weight_gradient(const float *x, const float *dy, int pieces, float *scratch, float *dw) const;
};

} // namespace winnow
