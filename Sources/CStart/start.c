// Runs before any library's own initialisation (ELF's .preinit_array), while libc is not ready yet:
// nothing but system calls and plain loops here.
#include "CStart.h"

#if defined(__linux__)
#include <string.h>
#include <unistd.h>

#define MOST 8192

static int has(char **environment, const char *name) {
    const size_t length = strlen(name);
    for (; *environment; ++environment)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return 1;
    return 0;
}

static void wait_passively(int count, char **arguments, char **environment) {
    static char *next[MOST];
    static char policy[] = "OMP_WAIT_POLICY=passive";
    (void)count;
    if (has(environment, "OMP_WAIT_POLICY") || has(environment, "GOMP_SPINCOUNT")) return;
    int used = 0;
    for (; environment[used]; ++used) {
        if (used == MOST - 2) return; // more variables than fit: the program runs as it was started
        next[used] = environment[used];
    }
    next[used++] = policy;
    next[used] = 0;
    execve("/proc/self/exe", arguments, next); // where it fails, the program runs as it was started
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **,
                                                                                         char **) =
    wait_passively;
#endif
