// What a machine does to threads that share nothing and touch no memory: loops of multiply-adds, of as many rounds each as
// asked for: the same work in every process, so that a slow one shows. loops THREADS ROUNDS COUNT prints {"seconds": the median, "slowest": the slowest}.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long rounds;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *work(void *unused) {
    _Alignas(64) float values[64]; // across two lines a process would be half as fast
    for (int i = 0; i < 64; ++i) values[i] = (float)i;
    for (long round = 0; round < rounds; ++round) {
        for (int i = 0; i < 64; ++i) values[i] = values[i] * 0.999f + 0.001f;
        __asm__ volatile("" ::"r"(values) : "memory"); // or the loop might be worked out beforehand
    }
    return unused;
}

static double loop(int threads) {
    pthread_t others[64];
    const double start = now();
    for (int i = 1; i < threads; ++i) pthread_create(&others[i], NULL, work, NULL);
    work(NULL);
    for (int i = 1; i < threads; ++i) pthread_join(others[i], NULL);
    return now() - start;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **words) {
    const int threads = count == 4 ? atoi(words[1]) : 0, loops = count == 4 ? atoi(words[3]) : 0;
    rounds = count == 4 ? atol(words[2]) : 0;
    if (threads < 1 || threads > 64 || loops < 1 || loops > 1000 || rounds < 1) {
        fprintf(stderr, "usage: loops THREADS ROUNDS COUNT\n");
        return 2;
    }
    for (int i = 0; i < 3; ++i) loop(threads); // the clock rises meanwhile
    double took[1000];
    for (int i = 0; i < loops; ++i) took[i] = loop(threads);
    qsort(took, (size_t)loops, sizeof(double), ascending);
    printf("{\"seconds\": %.9f, \"slowest\": %.9f}\n", took[loops / 2], took[loops - 1]);
    return 0;
}
