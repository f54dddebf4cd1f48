// A caching allocator for the CPU: freed blocks are kept by size and given out again, so that a steady
// training step asks the system for nothing and touches no fresh page. What is kept is bounded.
#include "regions.h"
#include "shim.h"

#include <c10/core/CPUAllocator.h>

#include <sys/mman.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kHugePage = size_t(2) << 20;
constexpr size_t kSmallest = 4096; // below this the system's allocator is as good

/// Sizes in steps of an eighth of their power of two: at most 12.5% is wasted.
size_t rounded(size_t bytes) {
    size_t power = kSmallest;
    while (power * 2 <= bytes) power *= 2;
    const size_t step = power / 8;
    return (bytes + step - 1) / step * step;
}

class CachingAllocator final : public at::Allocator {
  public:
    void set_limit(size_t bytes) { limit_ = bytes; }

    at::DataPtr allocate(size_t bytes) override {
        void *block = bytes == 0 ? nullptr : take(bytes);
        return {block, block, &release, at::Device(at::kCPU)};
    }
    at::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void *to, const void *from, size_t bytes) const override { default_copy_data(to, from, bytes); }

    void stats(size_t *used, size_t *kept, uint64_t *calls) {
        const std::lock_guard<std::mutex> lock(mutex_);
        *used = used_;
        *kept = kept_;
        *calls = calls_;
    }

    void trim(size_t target) {
        const std::lock_guard<std::mutex> lock(mutex_);
        trim_locked(target);
    }

  private:
    static void release(void *block);

    /// The block's size stands in the 64 bytes before it.
    static size_t &size_of(void *block) {
        return *reinterpret_cast<size_t *>(static_cast<char *>(block) - kAlignment);
    }

    void *take(size_t bytes) {
        const size_t size = bytes < kSmallest ? bytes : rounded(bytes);
        if (size >= kSmallest) {
            const std::lock_guard<std::mutex> lock(mutex_);
            auto found = free_.find(size);
            if (found != free_.end() && !found->second.empty()) {
                void *block = found->second.back();
                found->second.pop_back();
                kept_ -= size;
                used_ += size;
                return block;
            }
        }
        return fresh(size);
    }

    void *fresh(size_t size) {
        void *base = from_system(size + kAlignment);
        if (!base) {
            trim(0);
            base = from_system(size + kAlignment);
            TORCH_CHECK(base, "out of memory: could not allocate ", size, " bytes");
        }
        void *block = static_cast<char *>(base) + kAlignment;
        size_of(block) = size;
        const std::lock_guard<std::mutex> lock(mutex_);
        used_ += size;
        calls_ += 1;
        return block;
    }

    /// Whether a block of `bytes`, what stands before it included, is cut from a region.
    static bool in_region(size_t bytes) { return bytes > kSmallest && bytes <= winnow::Regions::kMost; }

    /// Blocks lie on huge pages where the system has them: fewer look-ups of addresses in the strided walks of a
    /// convolution, and prefetching that does not stop every 4096 bytes.
    void *from_system(size_t bytes) {
        if (in_region(bytes)) {
            const std::lock_guard<std::mutex> lock(mutex_);
            return regions_.take(bytes);
        }
        const bool large = bytes > winnow::Regions::kMost;
        void *base = nullptr;
        if (posix_memalign(&base, large ? kHugePage : kAlignment, bytes) != 0) return nullptr;
#ifdef __linux__
        if (large) madvise(base, bytes, MADV_HUGEPAGE);
#endif
        return base;
    }

    void give_back(void *block) {
        const size_t size = size_of(block);
        const std::lock_guard<std::mutex> lock(mutex_);
        used_ -= size;
        if (size < kSmallest || size > limit_) {
            free_block(block);
            return;
        }
        if (kept_ + size > limit_) trim_locked(limit_ - size);
        free_[size].push_back(block);
        kept_ += size;
    }

    void trim_locked(size_t target) {
        for (auto &entry : free_) {
            while (kept_ > target && !entry.second.empty()) {
                free_block(entry.second.back());
                entry.second.pop_back();
                kept_ -= entry.first;
            }
        }
    }

    void free_block(void *block) {
        char *base = static_cast<char *>(block) - kAlignment;
        const size_t bytes = size_of(block) + kAlignment;
        if (in_region(bytes))
            regions_.give_back(base, bytes);
        else
            std::free(base);
    }

    std::mutex mutex_;
    std::unordered_map<size_t, std::vector<void *>> free_;
    winnow::Regions regions_;
    size_t used_ = 0, kept_ = 0, limit_ = size_t(2) << 30;
    uint64_t calls_ = 0;
};

CachingAllocator &allocator() {
    static CachingAllocator *instance = new CachingAllocator; // never destroyed: tensors may outlive exit
    return *instance;
}

void CachingAllocator::release(void *block) {
    if (block) allocator().give_back(block);
}

} // namespace

extern "C" {

void wt_install_allocator(size_t keep_bytes) {
    static std::once_flag once;
    allocator().set_limit(keep_bytes);
    std::call_once(once, [] {
        c10::SetCPUAllocator(&allocator(), /*priority=*/10);
#ifdef __GLIBC__
        // oneDNN's scratch memory comes from malloc: keep it too, instead of mapping it afresh each time.
        mallopt(M_MMAP_THRESHOLD, 32 << 20);
        mallopt(M_TRIM_THRESHOLD, 512 << 20);
        mallopt(M_TOP_PAD, 64 << 20);
#endif
    });
}
void wt_allocator_stats(size_t *used, size_t *kept, uint64_t *system_calls) {
    allocator().stats(used, kept, system_calls);
}
void wt_allocator_trim(void) { allocator().trim(0); }

} // extern "C"
