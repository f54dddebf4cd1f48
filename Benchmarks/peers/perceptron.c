// The same training as `winnow measure-table`, hand-vectorised in C: 10-30-7, sigmoid, softmax
// cross-entropy, plain gradient descent at batch 1, rows shuffled every epoch.
//
//   gcc -O3 -march=native -ffast-math -o perceptron perceptron.c -lm && ./perceptron EPOCHS REPEATS [adam]
//
// With adam: Adam's steps of 0.001 instead (torch.optim.Adam's defaults). It is arranged as Winnow's loop is: two vectors of sixteen hidden units, the next sample's sums
// begun before the error is known, the error carried back before the softmax's sum is known.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t i16v __attribute__((vector_size(64)));
typedef float v8 __attribute__((vector_size(32)));
typedef int32_t i8v __attribute__((vector_size(32)));

enum { ROWS = 607, INPUTS = 10, HIDDEN = 30, OUTPUTS = 7, STRIDE = 16 };

typedef struct {
    v16 incoming[INPUTS][2], bias[2], outgoing[8][2], activations[2][2], alive[2];
    v8 by_unit[32], output_bias, targets[8];
} net;

static float table[ROWS][STRIDE] __attribute__((aligned(64)));
static int order[ROWS];

static uint32_t draw_state = 2024;
static float draw(void) {
    draw_state = draw_state * 1664525u + 1013904223u;
    return (float)(draw_state >> 8) * 0x1p-24f;
}

// SplitMix64 and the shuffle of Winnow's SplitMix64 (stream, shufflePacked).
static uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}
static uint64_t shuffle_state;
static void seed(uint64_t seed, uint64_t stream) {
    shuffle_state = mixed(seed + mixed(stream + 0x9E3779B97F4A7C15ull));
}
static void exchange(int *items, int last, uint64_t bits) {
    int drawn = (int)((bits * (uint64_t)(last + 1)) >> 32), held = items[last];
    items[last] = items[drawn];
    items[drawn] = held;
}
static void shuffle(int *items, int count) {
    for (int last = count - 1; last > 0; last -= 2) {
        shuffle_state += 0x9E3779B97F4A7C15ull;
        uint64_t bits = mixed(shuffle_state);
        exchange(items, last, bits & 0xFFFFFFFFu);
        if (last > 1) exchange(items, last - 1, bits >> 32);
    }
}

#define SPLAT8(x) ((v8){} + (x))

// e^x: 2^n e^r with |r| <= ln 2 / 2, as in Winnow's Lanes.swift. x is clamped and n rounded by bits.
#define EXPONENTIAL(NAME, V, I)                                                                   \
    static inline V chosen_##NAME(I mask, V a, V b) {                                             \
        return (V)(((I)a & mask) | ((I)b & ~mask));                                               \
    }                                                                                             \
    static inline V NAME(V x) {                                                                   \
        V low = (V){} - 87.3f, high = (V){} + 88.3f, half = (V){} + 0.5f;                         \
        x = chosen_##NAME(x < low, low, x);                                                       \
        x = chosen_##NAME(x > high, high, x);                                                     \
        V scaled = x * 1.44269504f;                                                               \
        V away = (V)(((I)scaled & INT32_MIN) | (I)half);                                  \
        I n = __builtin_convertvector(scaled + away, I);                                          \
        V f = __builtin_convertvector(n, V);                                                      \
        V r = x - f * 0.69314575f - f * 1.4286068e-6f;                                            \
        V r2 = r * r;                                                                             \
        V p = ((r2 * 0.00138146133f + r * 0.0083687098f + 0.0416683874f) * r2                     \
               + r * 0.166665207f + 0.499999935f) * r2 + r + 1.0f;                                \
        return p * (V)((n + 127) << 23);                                                          \
    }
EXPONENTIAL(exponential16, v16, i16v)
EXPONENTIAL(exponential8, v8, i8v)

static inline v16 logistic(v16 z) { return 1.0f / (1.0f + exponential16(-z)); }

static inline void preview(const net *n, const float *y, v16 *z) {
    for (int v = 0; v < 2; v++) {
        v16 even = n->bias[v], odd = {};
        for (int i = 0; i < INPUTS; i += 2) {
            even += n->incoming[i][v] * y[i];
            odd += n->incoming[i + 1][v] * y[i + 1];
        }
        z[v] = even + odd;
    }
}

static inline void step(
    net *n, const v16 *restrict a, v16 *restrict next, const float *x, const float *y, float rate) {
    preview(n, y, next);
    float overlap = 1;
    for (int i = 0; i < INPUTS; i++) overlap += x[i] * y[i];
    int label = (int)x[INPUTS];

    const float *h = (const float *)a;
    v8 s[8] = {n->output_bias};
    for (int j = 0; j < 32; j += 8)
        for (int c = 0; c < 8; c++) s[c] += n->by_unit[j + c] * h[j + c];
    v8 logits = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
    float top = -1e30f;
    for (int k = 0; k < 8; k++) top = logits[k] > top ? logits[k] : top;
    if (__builtin_expect(top > 60, 0)) logits -= top;
    v8 shares = exponential8(logits);
    float sum = 0;
    for (int k = 0; k < 8; k++) sum += shares[k];
    float inverse = 1 / sum;

    for (int v = 0; v < 2; v++) {
        v16 even = {}, odd = {};
        for (int k = 0; k < OUTPUTS; k++) {
            if (k & 1) odd += n->outgoing[k][v] * shares[k];
            else even += n->outgoing[k][v] * shares[k];
        }
        v16 delta = (n->outgoing[label][v] - inverse * (even + odd)) * (rate * (a[v] - a[v] * a[v]));
        next[v] = logistic(delta * overlap + next[v]) * n->alive[v];
        n->bias[v] += delta;
        for (int i = 0; i < INPUTS; i++) n->incoming[i][v] += delta * x[i];
    }
    v8 deltas = n->targets[label] - shares * (rate * inverse);
    n->output_bias += deltas;
    for (int j = 0; j < 32; j++) n->by_unit[j] += deltas * h[j];
    for (int k = 0; k < OUTPUTS; k++)
        for (int v = 0; v < 2; v++) n->outgoing[k][v] += deltas[k] * a[v];
}

// What Adam remembers of each weight: M = 0.9 M + g, S = 0.999 S + g^2, in the order of `net`'s weights.
typedef struct {
    v16 incoming[INPUTS][2], bias[2], outgoing[8][2], output_bias;
} moments;
static moments first, second;
static v16 adam_output_bias;
static double power1, power2;
static float adam_scale, adam_floor;

static inline void move(v16 *w, v16 *m, v16 *s, v16 gradient) {
    *m = 0.9f * *m + gradient;
    *s = 0.999f * *s + gradient * gradient;
    v16 root;
    for (int l = 0; l < 16; l++) root[l] = sqrtf((*s)[l]);
    *w += adam_scale * *m / (root + adam_floor);
}
#define MOVE(place, gradient) \
    move(&n->place, &first.place, &second.place, gradient)

// Sums of a's neighbours, then of b's.
static inline v16 paired(v16 a, v16 b) {
    return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
        + __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

static inline void step_adam(
    net *n, const v16 *restrict a, v16 *restrict next, const float *x, const float *y, float rate) {
    power1 *= 0.9, power2 *= 0.999;
    double root = sqrt((1 - 0.999) / (1 - power2));
    adam_scale = (float)(rate * (1 - 0.9) / (1 - power1) / root);
    adam_floor = (float)(1e-8 / root);

    v16 p[8];
    for (int k = 0; k < 8; k++) p[k] = n->outgoing[k][0] * a[0] + n->outgoing[k][1] * a[1];
    v16 four = paired(paired(paired(p[0], p[1]), paired(p[2], p[3])),
                      paired(paired(p[4], p[5]), paired(p[6], p[7])));
    v16 eight = paired(four, four);
    float logits[8], top = -1e30f, sum = 0, deltas[8];
    for (int k = 0; k < 8; k++) logits[k] = eight[k] + adam_output_bias[k];
    for (int k = 0; k < 8; k++) top = logits[k] > top ? logits[k] : top;
    v8 shares;
    for (int k = 0; k < 8; k++) shares[k] = logits[k] - top;
    shares = exponential8(shares);
    for (int k = 0; k < 8; k++) sum += shares[k];
    int label = (int)x[INPUTS];
    for (int k = 0; k < 8; k++) deltas[k] = (k == label) - shares[k] / sum;

    for (int v = 0; v < 2; v++) {
        v16 error = {};
        for (int k = 0; k < OUTPUTS; k++) error += n->outgoing[k][v] * deltas[k];
        error *= a[v] - a[v] * a[v];
        MOVE(bias[v], error);
        v16 even = n->bias[v], odd = {};
        for (int i = 0; i < INPUTS; i += 2) {
            MOVE(incoming[i][v], error * x[i]);
            MOVE(incoming[i + 1][v], error * x[i + 1]);
            even += n->incoming[i][v] * y[i];
            odd += n->incoming[i + 1][v] * y[i + 1];
        }
        next[v] = logistic(even + odd) * n->alive[v];
    }
    for (int k = 0; k < OUTPUTS; k++)
        for (int v = 0; v < 2; v++) MOVE(outgoing[k][v], a[v] * deltas[k]);
    v16 gradient = {};
    for (int k = 0; k < OUTPUTS; k++) gradient[k] = deltas[k];
    move(&adam_output_bias, &first.output_bias, &second.output_bias, gradient);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static inline __attribute__((always_inline)) void train_by(
    void (*step)(net *, const v16 *restrict, v16 *restrict, const float *, const float *, float), net *n,
    int epochs, float rate) {
    for (int row = 0; row < ROWS; row++) order[row] = row;
    seed(1, 2);
    shuffle(order, ROWS);
    const float *x = table[order[0]];
    v16 *h = n->activations[0], *next = n->activations[1];
    preview(n, x, h);
    for (int v = 0; v < 2; v++) h[v] = logistic(h[v]) * n->alive[v];
    for (int epoch = 0; epoch < epochs; epoch++) {
        // The epoch's last row is followed by the next epoch's first.
        for (int t = 1; t <= ROWS; t++) {
            if (t == ROWS) shuffle(order, ROWS);
            const float *y = table[order[t == ROWS ? 0 : t]];
            step(n, h, next, x, y, rate);
            v16 *held = h;
            h = next;
            next = held;
            x = y;
        }
    }
}

static void train(net *n, int epochs, float rate, int adam) {
    if (!adam) return train_by(step, n, epochs, rate);
    first = second = (moments){};
    power1 = power2 = 1;
    adam_output_bias = (v16){} - 1000.0f;
    for (int k = 0; k < OUTPUTS; k++) adam_output_bias[k] = n->output_bias[k];
    train_by(step_adam, n, epochs, rate);
    for (int k = 0; k < OUTPUTS; k++) n->output_bias[k] = adam_output_bias[k];
}

static double loss(const net *n) {
    double total = 0;
    for (int row = 0; row < ROWS; row++) {
        double z[OUTPUTS], sum = 0;
        for (int k = 0; k < OUTPUTS; k++) z[k] = n->output_bias[k];
        for (int j = 0; j < HIDDEN; j++) {
            double a = n->bias[j / 16][j % 16];
            for (int i = 0; i < INPUTS; i++) a += n->incoming[i][j / 16][j % 16] * table[row][i];
            a = 1 / (1 + exp(-a));
            for (int k = 0; k < OUTPUTS; k++) z[k] += n->outgoing[k][j / 16][j % 16] * a;
        }
        for (int k = 0; k < OUTPUTS; k++) sum += exp(z[k]);
        total += log(sum) - z[(int)table[row][INPUTS]];
    }
    return total / ROWS;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int epochs = argc > 1 ? atoi(argv[1]) : 1200, repeats = argc > 2 ? atoi(argv[2]) : 5;
    int adam = argc > 3 && !strcmp(argv[3], "adam");
    if (repeats < 1 || repeats > 1000) return 2;
    float rate = 0.001f;
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < INPUTS; i++) table[row][i] = 2 * draw() - 1;
    for (int row = 0; row < ROWS; row++) {
        int label = (int)(7 * draw());
        table[row][INPUTS] = (float)(label > 6 ? 6 : label);
    }
    net *start = aligned_alloc(64, sizeof(net)), *n = aligned_alloc(64, sizeof(net));
    if (!start || !n) return 1;
    memset(start, 0, sizeof(net));
    start->output_bias = SPLAT8(-1000.0f);
    for (int k = 0; k < OUTPUTS; k++) start->output_bias[k] = 0;
    for (int j = 0; j < HIDDEN; j++) {
        start->alive[j / 16][j % 16] = 1;
        for (int i = 0; i < INPUTS; i++)
            start->incoming[i][j / 16][j % 16] = 0.3f * (2 * draw() - 1);
    }
    for (int k = 0; k < OUTPUTS; k++) {
        start->targets[k][k] = rate;
        for (int j = 0; j < HIDDEN; j++) {
            float weight = 0.18f * (2 * draw() - 1);
            start->outgoing[k][j / 16][j % 16] = weight;
            start->by_unit[j][k] = weight;
        }
    }
    double seconds[1000];
    for (int r = 0; r < repeats; r++) {
        memcpy(n, start, sizeof(net));
        double began = now();
        train(n, epochs, rate, adam);
        seconds[r] = now() - began;
    }
    qsort(seconds, repeats, sizeof(double), ascending);
    printf("{\"seconds\": %.6f, \"epochs\": %d, \"loss\": %.9f}\n", seconds[repeats / 2], epochs,
           loss(n));
    return 0;
}
