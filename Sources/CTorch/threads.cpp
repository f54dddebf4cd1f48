// The threads that share the kernels' work. Each calling thread has its own, as with OpenMP.
//
// To wake a sleeping thread costs a virtual machine some 100 microseconds on both sides, longer than many a layer takes,
// and OpenMP can but sleep at once or spin, which stalls beside other programs. So a thread that waits looks out for a
// while before it sleeps, and sleeps at once where other programs want the processors.
#include "threads.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <cstdio>
#include <fcntl.h>
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

/// How long this thread could have run, but others had the processors. What the host of a virtual machine takes away for
/// other machines is not in it: who sleeps then gives it to nobody here.
class Queue {
#if defined(__linux__)
    const int file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    Clock::time_point last = Clock::now();
    Clock::duration before = total();

    /// Since the thread began; none where the system does not say.
    Clock::duration total() const {
        char text[64] = {};
        long long ran = 0, queued = 0;
        if (file < 0 || pread(file, text, sizeof text - 1, 0) <= 0) return {};
        return std::chrono::nanoseconds(std::sscanf(text, "%lld %lld", &ran, &queued) == 2 ? queued : 0);
    }

  public:
    ~Queue() {
        if (file >= 0) close(file);
    }

    /// Whether it was a quarter of the time since this was last asked; asked again within `window`, no.
    bool isLong(Clock::time_point now, Clock::duration window) {
        if (now - last < window) return false;
        const auto queued = total();
        const bool is = (queued - before) * 4 > now - last;
        last = now, before = queued;
        return is;
    }
#else
  public:
    bool isLong(Clock::time_point, Clock::duration) { return false; }
#endif
};

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
    /// So often a thread sees how long it queued ...
    static constexpr std::chrono::milliseconds kWindow{20};
    /// ... and where that was long, no thread looks out for this time.
    static constexpr std::chrono::milliseconds kModesty{200};
    std::atomic<Clock::rep> until{0};

  public:
    /// After each share of the work.
    void look() {
        static thread_local Queue queue;
        const auto now = Clock::now();
        if (queue.isLong(now, kWindow)) until = (now + kModesty).time_since_epoch().count();
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
            share(rank, helpers);
            if (left.value.fetch_sub(1) == 1) left.wake();
            waiting.look();
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
        share(0, helpers);
        waiting.look();
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
