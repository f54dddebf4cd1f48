// The threads that share the kernels' work. Each calling thread has its own, as with OpenMP.
//
// To wake a sleeping thread costs a virtual machine some 100 microseconds on both sides, longer than many a layer takes,
// and OpenMP can but sleep at once or spin, which stalls beside other programs. So a thread that waits looks out for a
// while before it sleeps, and sleeps at once where others were given its processor meanwhile.
#include "threads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace {

using Clock = std::chrono::steady_clock;

/// How long a thread looks out before it sleeps: `WINNOW_PATIENCE` in microseconds.
Clock::duration patience() {
    static const Clock::duration read = [] {
        const char *given = std::getenv("WINNOW_PATIENCE");
        return std::chrono::microseconds(given ? std::strtol(given, nullptr, 10) : 100);
    }();
    return read;
}

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// The time that this thread has had a processor; where the system does not say, the time that passes.
Clock::duration own_time() {
#if defined(CLOCK_THREAD_CPUTIME_ID)
    timespec time;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0)
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
#endif
    return Clock::now().time_since_epoch();
}

/// A number that threads wait for. The standard library's own waiting yields to others first, which beside a busy program
/// takes milliseconds.
struct alignas(64) Word {
    std::atomic<uint32_t> value{0};
    std::atomic<uint32_t> sleepers{0};

    /// Sleeps until the number is no longer `old`.
    void sleep(uint32_t old) {
        sleepers.fetch_add(1);
        while (value.load() == old) {
#if defined(__linux__)
            syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, old, nullptr);
#else
            value.wait(old);
#endif
        }
        sleepers.fetch_sub(1);
    }

    /// After a change: whoever sleeps is told.
    void wake() {
        if (sleepers.load() == 0) return;
#if defined(__linux__)
        syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, INT32_MAX);
#else
        value.notify_all();
#endif
    }
};

/// How the threads of a call wait.
class Waiting {
    /// Of so much time that was looked at ...
    static constexpr std::chrono::milliseconds kWindow{10};
    /// ... a tenth went to others: for so long no thread then looks out.
    static constexpr std::chrono::seconds kModesty{5};
    std::atomic<Clock::rep> seen{0}, taken{0}, until{0};

  public:
    /// Does a share, and in every eighth call sees how much of the time others had the processor.
    template <class Share> void work(uint32_t number, Share &&share) {
        if (number % 8 != 0) return share();
        const auto start = Clock::now();
        const auto before = own_time();
        share();
        const auto end = Clock::now();
        taken += (end - start - (own_time() - before)).count();
        if ((seen += (end - start).count()) < Clock::duration(kWindow).count()) return;
        if (taken * 10 > seen) until = (end + kModesty).time_since_epoch().count();
        seen = taken = 0;
    }

    /// Waits until `word` is no longer `old`, and reads it.
    uint32_t change(Word &word, uint32_t old) {
        uint32_t now = word.value.load(std::memory_order_acquire);
        const auto start = Clock::now();
        const bool looks = start.time_since_epoch().count() >= until;
        while (now == old && looks && Clock::now() - start < patience())
            for (int turn = 0; turn < 32 && now == old; ++turn, now = word.value.load(std::memory_order_acquire)) pause();
        if (now == old) word.sleep(old);
        return word.value.load(std::memory_order_acquire);
    }
};

/// Whether this thread is in the middle of a call: what it calls in turn it does alone.
thread_local bool busy = false;

/// The helpers of one calling thread.
class Helpers {
    static constexpr uint32_t kMost = 254, kStop = 255, kNext = 256;
    std::vector<std::thread> threads;
    Waiting waiting;
    int count = 0;
    void (*body)(void *, int) = nullptr;
    void *state = nullptr;
    uint32_t number = 0;
    /// The number of the call times 256, and how many helpers it takes: those of a lower rank do not look at the rest.
    Word call;
    /// Helpers that are not done with it.
    Word left;

    void share(uint32_t rank, uint32_t helpers) {
        for (int piece = static_cast<int>(rank); piece < count; piece += static_cast<int>(helpers) + 1)
            body(state, piece);
    }

    void publish(uint32_t helpers) {
        number += kNext;
        call.value.store(number | helpers);
        call.wake();
    }

    void serve(uint32_t rank, uint32_t seen) {
        busy = true;
        for (;;) {
            seen = waiting.change(call, seen);
            const uint32_t helpers = seen % kNext;
            if (helpers == kStop) return;
            if (rank > helpers) continue;
            waiting.work(seen / kNext, [&] { share(rank, helpers); });
            if (left.value.fetch_sub(1) == 1) left.wake();
        }
    }

  public:
    void run(int wanted, void (*what)(void *, int), void *on) {
        const uint32_t helpers = std::min(static_cast<uint32_t>(wanted) - 1, kMost);
        while (threads.size() < helpers)
            threads.emplace_back(&Helpers::serve, this, static_cast<uint32_t>(threads.size()) + 1, call.value.load());
        count = wanted, body = what, state = on;
        left.value.store(helpers);
        publish(helpers);
        waiting.work(number / kNext, [&] { share(0, helpers); });
        for (uint32_t still = left.value.load(std::memory_order_acquire); still != 0;) still = waiting.change(left, still);
    }

    ~Helpers() {
        publish(kStop);
        for (auto &thread : threads) thread.join();
    }
};

} // namespace

void winnow::in_parallel(int count, void (*body)(void *, int), void *state) {
    if (count <= 1 || busy) {
        for (int piece = 0; piece < count; ++piece) body(state, piece);
        return;
    }
    static thread_local Helpers helpers;
    busy = true;
    helpers.run(count, body, state);
    busy = false;
}
