// Processes that train one network together: libtorch's own process group (c10d with Gloo), and its Reducer, which
// averages gradients in buckets while the backward pass still runs (Li et al. 2020, as in DistributedDataParallel).
#define USE_C10D_GLOO 1
#include "group.h"
#include "plugin.h"
#include "shim.h"

#include <ATen/Context.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

using namespace winnow;

struct wt_group_s {
    c10::intrusive_ptr<c10d::ProcessGroup> value;
};
struct wt_reducer_s {
    std::unique_ptr<c10d::Reducer> value;
};

namespace {

using Milliseconds = std::chrono::milliseconds;

/// The group over which batch norms take their statistics, and whether this process's numbers count.
c10::intrusive_ptr<c10d::ProcessGroup> norm_group;
bool norms_count = true;

/// The address of this machine from which the first process is reached; nothing is sent.
std::string address_towards(const std::string &host, int port) {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    TORCH_CHECK(getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) == 0,
                "no address is known for '", host, "'");
    char text[INET6_ADDRSTRLEN] = "";
    for (auto *one = found; one && !*text; one = one->ai_next) {
        const int file = socket(one->ai_family, SOCK_DGRAM, 0);
        if (file < 0) continue;
        sockaddr_storage own{};
        socklen_t length = sizeof own;
        if (connect(file, one->ai_addr, one->ai_addrlen) == 0 &&
            getsockname(file, reinterpret_cast<sockaddr *>(&own), &length) == 0)
            getnameinfo(reinterpret_cast<sockaddr *>(&own), length, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
        close(file);
    }
    freeaddrinfo(found);
    TORCH_CHECK(*text, "no way to '", host, "'");
    return text;
}

/// Where the other processes reach this one: GLOO_SOCKET_IFNAME as in PyTorch, or the way to the first process.
std::shared_ptr<gloo::transport::Device> device_towards(const std::string &host, int port) {
    if (const char *name = std::getenv("GLOO_SOCKET_IFNAME"); name && *name)
        return c10d::ProcessGroupGloo::createDeviceForInterface(name);
    return c10d::ProcessGroupGloo::createDeviceForHostname(address_towards(host, port));
}

/// The engine on NVIDIA GPUs: nccl/nccl.cpp, a library of its own.
c10::intrusive_ptr<c10d::Backend> nccl_backend(const c10::intrusive_ptr<c10d::Store> &store, int rank, int size,
                                               Milliseconds patience) {
    using Make = void(const c10::intrusive_ptr<c10d::Store> &, int, int, Milliseconds,
                      c10::intrusive_ptr<c10d::Backend> &);
    c10::intrusive_ptr<c10d::Backend> backend;
    plugged<Make>("libwinnow_nccl.so", "winnow_nccl_backend", "NCCL, which averages gradients on GPUs,")(
        store, rank, size, patience, backend);
    return backend;
}

} // namespace

namespace winnow {

bool norms_are_synchronised() { return norm_group != nullptr; }

void sum_over_processes(double *values, int64_t count, int64_t &rows) {
    if (!norm_group) return;
    auto all = at::zeros({count + 1}, at::kDouble);
    auto *sums = all.data_ptr<double>();
    if (norms_count) {
        std::copy(values, values + count, sums);
        sums[count] = static_cast<double>(rows);
    }
    std::vector<at::Tensor> tensors{all};
    norm_group->allreduce(tensors)->wait();
    std::copy(sums, sums + count, values);
    rows = static_cast<int64_t>(sums[count]);
}

} // namespace winnow

extern "C" {

int wt_group_join(wt_group *out, const char *host, int port, int rank, int size, bool hosts, const char *attempt,
                  double seconds) {
    *out = nullptr;
    return guarded([&] {
        const Milliseconds patience(static_cast<int64_t>(seconds * 1000));
        c10d::TCPStoreOptions options;
        options.port = static_cast<uint16_t>(port);
        options.isServer = hosts;
        options.numWorkers = static_cast<size_t>(size);
        // Another group's store may still be closing; joining the group waits for all anyway.
        options.waitWorkers = false;
        options.timeout = patience;
        c10::intrusive_ptr<c10d::Store> tcp = c10::make_intrusive<c10d::TCPStore>(host, options);
        auto store = c10::make_intrusive<c10d::PrefixStore>(attempt, tcp);
        auto settings = c10d::ProcessGroupGloo::Options::create(patience);
        settings->devices.push_back(device_towards(host, port));
        auto backend = c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, settings);
        auto group = c10::make_intrusive<c10d::ProcessGroup>(store, rank, size);
        group->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, backend);
        group->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
        // libtorch's part for GPUs is there where one is used (runtime.cpp).
        if (at::globalContext().hasCUDA()) {
            auto own = c10::make_intrusive<c10d::PrefixStore>("nccl", store);
            group->setBackend(c10::DeviceType::CUDA, c10d::ProcessGroup::BackendType::NCCL,
                              nccl_backend(own, rank, size, patience));
        }
        *out = new wt_group_s{std::move(group)};
    });
}
void wt_group_free(wt_group group) { delete group; }

int wt_group_reduce(wt_group group, wt_tensor t, int operation) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        c10d::AllreduceOptions options;
        options.reduceOp = operation == WT_SUM   ? c10d::ReduceOp::SUM
                           : operation == WT_MIN ? c10d::ReduceOp::MIN
                                                 : c10d::ReduceOp::MAX;
        std::vector<at::Tensor> tensors{of(t)};
        group->value->allreduce(tensors, options)->wait();
    });
}
int wt_group_broadcast(wt_group group, wt_tensor t, int root) {
    return guarded([&] {
        c10::AutoGradMode guard(false);
        c10d::BroadcastOptions options;
        options.rootRank = root;
        // Gloo sends memory as it lies.
        auto plain = of(t).detach().contiguous();
        std::vector<at::Tensor> tensors{plain};
        group->value->broadcast(tensors, options)->wait();
        if (!plain.is_same(of(t))) of(t).copy_(plain);
    });
}

int wt_synchronise_norms(wt_group group, bool counts) {
    return guarded([&] {
        norm_group = group ? group->value : nullptr;
        norms_count = counts;
    });
}

int wt_reducer_new(wt_reducer *out, wt_group group, const wt_tensor *params, int count) {
    *out = nullptr;
    return guarded([&] {
        std::vector<at::Tensor> parameters;
        for (int i = 0; i < count; ++i) parameters.push_back(of(params[i]));
        const std::vector<size_t> limits{c10d::kDefaultFirstBucketBytes, c10d::kDefaultBucketBytesCap};
        auto [buckets, sizes] = c10d::compute_bucket_assignment_by_size(parameters, limits);
        // The last layers' gradients are ready first.
        std::reverse(buckets.begin(), buckets.end());
        auto made = std::make_unique<c10d::Reducer>(
            parameters, buckets, group->value, std::vector<bool>(parameters.size(), false),
            c10d::kDefaultBucketBytesCap, /*find_unused_parameters=*/false, /*gradient_as_bucket_view=*/false,
            std::unordered_map<size_t, std::string>(), c10d::kDefaultFirstBucketBytes,
            /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false, std::vector<int64_t>());
        *out = new wt_reducer_s{std::move(made)};
    });
}
void wt_reducer_free(wt_reducer reducer) {
    guarded([&] { delete reducer; });
}

int wt_reducer_backward(wt_reducer reducer, wt_tensor loss) {
    return guarded([&] {
        reducer->value->rebuild_buckets();
        reducer->value->prepare_for_forward();
        reducer->value->prepare_for_backward({of(loss)});
        torch::autograd::backward({of(loss)}, {});
    });
}

} // extern "C"
