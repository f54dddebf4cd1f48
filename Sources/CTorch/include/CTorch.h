// C face of libtorch: an opaque tensor handle, a status code, and a message. No policy.
//
// Every function that can fail returns 0 on success and -1 on failure; the message of the failure is
// then in wt_last_error() of the same thread. Results are new handles that the caller frees.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wt_tensor_s *wt_tensor;
typedef struct wt_generator_s *wt_generator;

/// Scalar types, with PyTorch's numbers.
enum wt_dtype {
    WT_UINT8 = 0,
    WT_INT8 = 1,
    WT_INT16 = 2,
    WT_INT32 = 3,
    WT_INT64 = 4,
    WT_FLOAT16 = 5,
    WT_FLOAT32 = 6,
    WT_FLOAT64 = 7,
    WT_BOOL = 11,
    WT_BFLOAT16 = 15
};
/// Device kinds.
enum wt_device { WT_CPU = 0, WT_CUDA = 1, WT_MPS = 2 };

const char *wt_last_error(void);

// handle.cpp: life, facts, creation, copies
void wt_free(wt_tensor t);
int wt_share(wt_tensor *out, wt_tensor t);
int wt_ndim(wt_tensor t);
void wt_sizes(wt_tensor t, int64_t *out);
int64_t wt_numel(wt_tensor t);
int wt_dtype_of(wt_tensor t);
int wt_device_of(wt_tensor t, int *index);
bool wt_is_channels_last(wt_tensor t);
bool wt_is_contiguous(wt_tensor t);
bool wt_requires_grad(wt_tensor t);
bool wt_same(wt_tensor a, wt_tensor b);
void *wt_data(wt_tensor t);
int wt_full(wt_tensor *out, const int64_t *sizes, int ndim, double value, int dtype, int device, int index);
int wt_empty(wt_tensor *out, const int64_t *sizes, int ndim, int dtype, int device, int index);
int wt_from_bytes(wt_tensor *out, const void *bytes, const int64_t *sizes, int ndim, int dtype);
int wt_to_bytes(wt_tensor t, void *bytes, size_t capacity);
int wt_to(wt_tensor *out, wt_tensor t, int dtype, int device, int index);
int wt_channels_last(wt_tensor *out, wt_tensor t);
int wt_contiguous(wt_tensor *out, wt_tensor t);
int wt_clone(wt_tensor *out, wt_tensor t);
int wt_detach(wt_tensor *out, wt_tensor t);
int wt_copy_(wt_tensor t, wt_tensor source);
int wt_randn(wt_tensor *out, const int64_t *sizes, int ndim, wt_generator g);
int wt_uniform(wt_tensor *out, const int64_t *sizes, int ndim, double low, double high, wt_generator g);
int wt_randperm(wt_tensor *out, int64_t n, wt_generator g);

// math.cpp: arithmetic, reductions, shapes
int wt_add(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_sub(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_mul(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_div(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_affine(wt_tensor *out, wt_tensor a, double scale, double shift);
int wt_add_(wt_tensor a, wt_tensor b, double alpha);
int wt_mul_(wt_tensor a, wt_tensor b);
int wt_shift_(wt_tensor a, double shift);
int wt_fill_(wt_tensor a, double value);
int wt_abs(wt_tensor *out, wt_tensor a);
int wt_sqrt(wt_tensor *out, wt_tensor a);
int wt_exp(wt_tensor *out, wt_tensor a);
int wt_clamp(wt_tensor *out, wt_tensor a, double low, double high);
int wt_matmul(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_linalg_solve(wt_tensor *out, wt_tensor a, wt_tensor b);
/// Of a symmetric matrix, of which the lower triangle is read: eigenvalues, smallest first, and eigenvectors in columns.
int wt_linalg_eigh(wt_tensor *values, wt_tensor *vectors, wt_tensor a);
int wt_equal_to(wt_tensor *out, wt_tensor a, wt_tensor b);
int wt_sum(wt_tensor *out, wt_tensor a);
int wt_mean(wt_tensor *out, wt_tensor a);
int wt_sum_dim(wt_tensor *out, wt_tensor a, int64_t dim, bool keep);
int wt_argmax(wt_tensor *out, wt_tensor a, int64_t dim);
int wt_all_finite(bool *out, wt_tensor a);
int wt_bitwise_equal(bool *out, wt_tensor a, wt_tensor b);
int wt_count_nonzero(int64_t *out, wt_tensor a);
int wt_item(double *out, wt_tensor a);
int wt_reshape(wt_tensor *out, wt_tensor a, const int64_t *sizes, int ndim);
int wt_permute(wt_tensor *out, wt_tensor a, const int64_t *dims, int ndim);
int wt_transpose(wt_tensor *out, wt_tensor a, int64_t d0, int64_t d1);
int wt_narrow(wt_tensor *out, wt_tensor a, int64_t dim, int64_t start, int64_t length);
int wt_index_select(wt_tensor *out, wt_tensor a, int64_t dim, wt_tensor index);
int wt_flip(wt_tensor *out, wt_tensor a, int64_t dim);
int wt_cat(wt_tensor *out, const wt_tensor *parts, int count, int64_t dim);

// layers.cpp: neural-network operations
/// `passed` (null where not wanted) becomes the picture for whoever reads it next, whose gradient is then added to in place.
int wt_conv2d(wt_tensor *out, wt_tensor *passed, wt_tensor x, wt_tensor w, wt_tensor bias, int64_t stride,
              int64_t padding, int64_t groups);
/// Weights that do not change any more, in the orders in which kernels read them: made when first asked for.
typedef struct wt_frozen_s *wt_frozen;
wt_frozen wt_freeze(void);
void wt_unfreeze(wt_frozen frozen);
/// conv2d without gradients, + residual (of the output's shape; may be null), limited to low ... high, in one pass.
int wt_conv2d_frozen(wt_tensor *out, wt_frozen frozen, wt_tensor x, wt_tensor w, wt_tensor bias, wt_tensor residual,
                     float low, float high, int64_t stride, int64_t padding, int64_t groups);
/// libtorch's own convolution, for comparison: what `wt_conv2d` takes only where it has no code of its own.
int wt_library_conv2d(wt_tensor *out, wt_tensor x, wt_tensor w, int64_t stride, int64_t padding, int64_t groups);
int wt_batch_norm(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean, wt_tensor var,
                  bool training, double momentum, double eps);
int wt_linear(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias);
int wt_relu(wt_tensor *out, wt_tensor x);
int wt_sigmoid(wt_tensor *out, wt_tensor x);
int wt_tanh(wt_tensor *out, wt_tensor x);
int wt_prelu(wt_tensor *out, wt_tensor x, wt_tensor w);
int wt_softmax(wt_tensor *out, wt_tensor x, int64_t dim);
int wt_max_pool2d(wt_tensor *out, wt_tensor x, int64_t kernel, int64_t stride, int64_t padding, bool ceil);
int wt_cross_entropy(wt_tensor *out, wt_tensor logits, wt_tensor target, bool sum);

// operators.cpp: what networks from files need beside the layers above; arrays of two are height, width
enum wt_unary_kind {
    WT_NEG, WT_LOG, WT_ERF, WT_RECIPROCAL, WT_FLOOR, WT_CEIL, WT_NOT, WT_HARDSWISH, WT_HARDSIGMOID, WT_SILU,
    WT_GELU, WT_GELU_TANH, WT_SOFTPLUS
};
enum wt_binary_kind {
    WT_DIVIDE, WT_POW, WT_MAXIMUM, WT_MINIMUM, WT_REMAINDER, WT_FMOD, WT_EQUAL, WT_LESS, WT_GREATER, WT_AND, WT_OR
};
enum wt_reduce_kind { WT_REDUCE_MEAN, WT_REDUCE_SUM, WT_REDUCE_MAX, WT_REDUCE_MIN };
enum wt_resize_mode { WT_NEAREST, WT_BILINEAR, WT_BICUBIC };
int wt_unary(wt_tensor *out, wt_tensor x, int kind);
int wt_binary(wt_tensor *out, wt_tensor a, wt_tensor b, int kind);
int wt_leaky_relu(wt_tensor *out, wt_tensor x, double slope);
int wt_elu(wt_tensor *out, wt_tensor x, double alpha);
int wt_where(wt_tensor *out, wt_tensor condition, wt_tensor a, wt_tensor b);
int wt_convolution(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor bias, const int64_t *stride,
                   const int64_t *padding, const int64_t *dilation, const int64_t *output_padding, bool transposed,
                   int64_t groups);
int wt_max_pool(wt_tensor *out, wt_tensor x, const int64_t *kernel, const int64_t *stride, const int64_t *padding,
                const int64_t *dilation, bool ceil);
int wt_avg_pool(wt_tensor *out, wt_tensor x, const int64_t *kernel, const int64_t *stride, const int64_t *padding,
                bool ceil, bool count_padding);
/// `pads` as at::pad takes them: before and after the last dimension first.
int wt_pad(wt_tensor *out, wt_tensor x, const int64_t *pads, int count, const char *mode, double value);
int wt_layer_norm(wt_tensor *out, wt_tensor x, const int64_t *shape, int ndim, wt_tensor w, wt_tensor b, double eps);
int wt_group_norm(wt_tensor *out, wt_tensor x, int64_t groups, wt_tensor w, wt_tensor b, double eps);
int wt_reduce(wt_tensor *out, wt_tensor x, const int64_t *dims, int count, bool keep, int kind);
int wt_expand(wt_tensor *out, wt_tensor x, const int64_t *shape, int ndim);
int wt_slice(wt_tensor *out, wt_tensor x, int64_t dim, int64_t start, int64_t end, int64_t step);
/// A copy of `x` with `updates` at `index` [..., depth]; ONNX's ScatterND.
int wt_scatter_nd(wt_tensor *out, wt_tensor x, wt_tensor index, wt_tensor updates);
int wt_arange(wt_tensor *out, double start, double end, double step, int dtype);
int wt_pixel_shuffle(wt_tensor *out, wt_tensor x, int64_t factor);
int wt_resize(wt_tensor *out, wt_tensor x, int64_t height, int64_t width, int mode, bool align_corners);
int wt_dropout(wt_tensor *out, wt_tensor x, double ratio, wt_generator g);

// fused.cpp: batch norm + residual + ReLU in one pass each way (CPU, channels-last, float32)
int wt_batch_norm_relu(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean, wt_tensor var,
                       wt_tensor residual, bool training, double momentum, double eps);
// fused_pool.cpp: batch norm + ReLU + max pooling in training, what is between not stored
int wt_batch_norm_relu_pool(wt_tensor *out, wt_tensor x, wt_tensor w, wt_tensor b, wt_tensor mean, wt_tensor var,
                            int64_t kernel, int64_t stride, int64_t padding, double momentum, double eps);

// autograd.cpp: gradients
int wt_set_requires_grad(wt_tensor t, bool on);
int wt_backward(wt_tensor loss);
int wt_grad(wt_tensor *out, wt_tensor t);
int wt_set_grad_none(wt_tensor t);
bool wt_grad_mode(void);
void wt_set_grad_mode(bool on);

// optimizer.cpp: steps
typedef struct wt_sgd {
    double lr, momentum, decay;
    bool nesterov, first;
} wt_sgd;
/// One SGD step as torch.optim.SGD's; masks[i] may be NULL; velocity[i] may be NULL without momentum.
int wt_sgd_step(const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks, int count, wt_sgd step);
/// wt_backward and wt_sgd_step in one, the same to the bit: convolutions with many weights take their step where
/// their gradient is made. Those have no gradient afterwards.
int wt_backward_sgd(wt_tensor loss, const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks,
                    int count, wt_sgd step);
/// One Adam step as torch.optim.Adam's (L2 decay added to the gradient); step counts from 1.
int wt_adam_step(const wt_tensor *params, const wt_tensor *m, const wt_tensor *v, const wt_tensor *masks, int count,
                 double lr, double beta1, double beta2, double eps, double decay, int64_t step);
/// The same steps by libtorch's code, with the rate and Adam's count of steps in tensors of one float32 on the device: a
/// recorded step reads them anew each time it is done. SGD's `lr` is not read.
int wt_sgd_step_rated(const wt_tensor *params, const wt_tensor *velocity, const wt_tensor *masks, int count, wt_sgd step,
                      wt_tensor rate);
int wt_adam_step_rated(const wt_tensor *params, const wt_tensor *m, const wt_tensor *v, const wt_tensor *masks,
                       int count, double beta1, double beta2, double eps, double decay, wt_tensor rate, wt_tensor steps);

// autocast.cpp: mixed precision, per thread and kind of device
struct wt_autocast {
    bool enabled;
    int dtype;
};
int wt_autocast_get(int device, struct wt_autocast *out);
/// Every enter that returns 0 needs one leave, with what it wrote to `before`.
int wt_autocast_enter(int device, struct wt_autocast wanted, struct wt_autocast *before);
int wt_autocast_leave(int device, struct wt_autocast before);

// group.cpp: processes that train one network together. All of a group make the same calls in the same order; a call
// fails where one of them is gone.
typedef struct wt_group_s *wt_group;
typedef struct wt_reducer_s *wt_reducer;
enum wt_reduction { WT_SUM = 0, WT_MIN = 1, WT_MAX = 2 };
/// Meets the others at host:port, where `hosts` says that this process is the one that answers there. What an attempt
/// left at a shared meeting point is not read by the next.
int wt_group_join(wt_group *out, const char *host, int port, int rank, int size, bool hosts, const char *attempt,
                  double seconds);
void wt_group_free(wt_group group);
/// The tensor becomes that of all processes, entry by entry.
int wt_group_reduce(wt_group group, wt_tensor t, int operation);
/// The tensor becomes that of process `root`.
int wt_group_broadcast(wt_group group, wt_tensor t, int root);
/// Batch norms that train take their statistics over the group's processes; null: each over its own pictures. What this
/// process adds may be nothing: it has none of the step's pictures.
int wt_synchronise_norms(wt_group group, bool counts);
/// Averages the gradients of these parameters over the group whenever wt_reducer_backward makes them.
int wt_reducer_new(wt_reducer *out, wt_group group, const wt_tensor *params, int count);
void wt_reducer_free(wt_reducer reducer);
int wt_reducer_backward(wt_reducer reducer, wt_tensor loss);

// graph.cpp: work on an NVIDIA GPU, recorded once and then done again with one call
typedef struct wt_graph_s *wt_graph;
/// This thread's work on the GPU goes to a stream of its own from here on (`on`), or again to the usual one: graphs are
/// not recorded on that. Waits for what was begun before.
int wt_side_stream(int index, bool on);
/// Begins to record what this thread asks of its stream; none of it is done. `g`, which may be null, draws anew in every
/// replay.
int wt_graph_begin(wt_graph *out, wt_generator g);
int wt_graph_end(wt_graph graph);
int wt_graph_replay(wt_graph graph);
void wt_graph_free(wt_graph graph);

// runtime.cpp: devices, threads, generators, memory
bool wt_has_cuda(void);
bool wt_has_mps(void);
const char *wt_version(void);
/// The instruction set that ATen's own loops use, as libtorch names it (say, AVX2).
const char *wt_cpu_capability(void);
void wt_set_threads(int n);
int wt_threads(void);
int wt_generator_new(wt_generator *out, uint64_t seed, int device, int index);
/// The generator begins anew, as one that was made with this seed.
int wt_generator_seed(wt_generator g, uint64_t seed);
void wt_generator_free(wt_generator g);
int wt_synchronize(int device, int index);
/// Bytes of an NVIDIA GPU's memory: free, and in all.
int wt_device_memory(int index, size_t *free, size_t *total);

/// Installs the caching CPU allocator (once; later calls do nothing).
void wt_install_allocator(size_t keep_bytes);
/// Bytes in use, bytes kept for reuse, and how often the system was asked for memory.
void wt_allocator_stats(size_t *used, size_t *kept, uint64_t *system_calls);
void wt_allocator_trim(void);

#ifdef __cplusplus
}
#endif
