// Work on an NVIDIA GPU that is recorded once and then done again with one call. The engine is graph/graph.cpp, a
// library of its own.
#include "graph/interface.h"
#include "plugin.h"
#include "shim.h"

using namespace winnow;

struct wt_graph_s {
    void *value;
};

namespace {

template <class Function> Function *engine(const char *name) {
    return plugged<Function>("libwinnow_graph.so", name, "what records training steps on GPUs");
}

} // namespace

extern "C" {

int wt_side_stream(int index, bool on) {
    return guarded([&] { engine<decltype(winnow_side_stream)>("winnow_side_stream")(index, on); });
}

int wt_graph_begin(wt_graph *out, wt_generator g) {
    *out = nullptr;
    return guarded([&] {
        const auto begin = engine<decltype(winnow_graph_begin)>("winnow_graph_begin");
        *out = new wt_graph_s{begin(g ? &g->value : nullptr)};
    });
}

int wt_graph_end(wt_graph graph) {
    return guarded([&] { engine<decltype(winnow_graph_end)>("winnow_graph_end")(graph->value); });
}

int wt_graph_replay(wt_graph graph) {
    return guarded([&] {
        static const auto replay = engine<decltype(winnow_graph_replay)>("winnow_graph_replay");
        replay(graph->value);
    });
}

void wt_graph_free(wt_graph graph) {
    guarded([&] {
        if (graph) engine<decltype(winnow_graph_free)>("winnow_graph_free")(graph->value);
        delete graph;
    });
}

} // extern "C"
