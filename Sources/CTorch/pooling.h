// What poolings share.
#pragma once
#include "shim.h"

namespace winnow {

/// libtorch's pooling takes a pixel's channels at once where they are adjacent, and else one number at a time. With
/// gradients nothing is turned: training is channels-last anyway.
inline at::Tensor pooled_from(const at::Tensor &x) {
    const bool turns = x.dim() == 4 && x.is_cpu() && !c10::GradMode::is_enabled();
    return turns ? x.contiguous(at::MemoryFormat::ChannelsLast) : x;
}

} // namespace winnow
