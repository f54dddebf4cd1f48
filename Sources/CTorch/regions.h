// Memory on huge pages for blocks that are smaller than one: fewer look-ups of addresses, and the
// processor's prefetching, which stops at the end of a page, goes on.
#pragma once

#include <cstddef>

namespace winnow {

/// Cuts blocks from regions of 32 MB, one after another. Not safe for several threads at once.
class Regions {
  public:
    /// Bytes of the largest block.
    static constexpr size_t kMost = size_t(4) << 20;

    /// A block of `bytes`, at most `kMost` and a multiple of 64, aligned to 64; null where the system has no more.
    void *take(size_t bytes);
    /// A region of which nothing is left goes back to the system, of others the block's whole pages: their addresses are
    /// not given out again.
    void give_back(void *block, size_t bytes);

  private:
    struct Region;
    Region *current_ = nullptr;
};

} // namespace winnow
