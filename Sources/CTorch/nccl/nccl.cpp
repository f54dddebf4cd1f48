// The process group's engine on NVIDIA GPUs, as a library of its own: its headers ask for CUDA's and NCCL's, which only
// `scripts/setup --cuda` has. It builds this file beside libtorch; group.cpp opens it where GPUs are used.
#define USE_C10D_NCCL 1
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

#include <chrono>

extern "C" void winnow_nccl_backend(const c10::intrusive_ptr<c10d::Store> &store, int rank, int size,
                                    std::chrono::milliseconds patience, c10::intrusive_ptr<c10d::Backend> &backend) {
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = patience;
    backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}
