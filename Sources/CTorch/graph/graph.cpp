// Training steps as CUDA graphs, as a library of its own: its headers ask for CUDA's, which only `scripts/setup --cuda`
// has. It builds this file beside libtorch; ../graph.cpp opens it where steps are recorded.
#include "interface.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>

using at::cuda::CUDAGraph;

namespace {

CUDAGraph &of(void *graph) { return *static_cast<CUDAGraph *>(graph); }

} // namespace

extern "C" {

void winnow_side_stream(int index, bool on) {
    const auto device = static_cast<c10::DeviceIndex>(index);
    c10::cuda::set_device(device);
    c10::cuda::device_synchronize();
    c10::cuda::setCurrentCUDAStream(on ? c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device)
                                       : c10::cuda::getDefaultCUDAStream(device));
}

void *winnow_graph_begin(const at::Generator *generator) {
    auto graph = std::make_unique<CUDAGraph>();
    if (generator) graph->register_generator_state(*generator);
    // As torch.cuda.graph does: nothing is under way, and what the warm-up left does not stay beside the graph's own memory.
    c10::cuda::device_synchronize();
    c10::cuda::CUDACachingAllocator::emptyCache();
    graph->capture_begin();
    return graph.release();
}

void winnow_graph_end(void *graph) { of(graph).capture_end(); }

void winnow_graph_replay(void *graph) { of(graph).replay(); }

void winnow_graph_free(void *graph) {
    // A replay may still be running.
    c10::cuda::device_synchronize();
    delete &of(graph);
}

} // extern "C"
