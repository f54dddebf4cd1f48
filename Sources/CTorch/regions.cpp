// Blocks on huge pages.
#include "regions.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace winnow {

namespace {
constexpr size_t kSize = size_t(32) << 20;
constexpr size_t kPage = 4096;
} // namespace

/// Stands at the start of its memory, which is aligned to its size: a block's address tells its region.
struct alignas(64) Regions::Region {
    size_t used = sizeof(Region);
    size_t live = 0;

    static Region *of(void *block) {
        return reinterpret_cast<Region *>(reinterpret_cast<uintptr_t>(block) & ~(kSize - 1));
    }
};

void *Regions::take(size_t bytes) {
    if (!current_ || current_->used + bytes > kSize) {
        void *base = nullptr;
        if (posix_memalign(&base, kSize, kSize) != 0) return nullptr;
#ifdef __linux__
        madvise(base, kSize, MADV_HUGEPAGE);
#endif
        Region *full = current_;
        current_ = new (base) Region;
        if (full && full->live == 0) std::free(full);
    }
    char *block = reinterpret_cast<char *>(current_) + current_->used;
    current_->used += bytes;
    current_->live += 1;
    return block;
}

void Regions::give_back(void *block, size_t bytes) {
    Region *region = Region::of(block);
    if (--region->live == 0) {
        if (region == current_)
            region->used = sizeof(Region);
        else
            std::free(region);
        return;
    }
#ifdef __linux__
    const auto start = (reinterpret_cast<uintptr_t>(block) + kPage - 1) & ~(kPage - 1);
    const auto end = (reinterpret_cast<uintptr_t>(block) + bytes) & ~(kPage - 1);
    if (end > start) madvise(reinterpret_cast<void *>(start), end - start, MADV_DONTNEED);
#endif
}

} // namespace winnow
