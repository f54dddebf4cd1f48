// What the library that records steps on GPUs offers (graph.cpp beside this file). Both sides are built against the same
// libtorch: exceptions and generators may pass between them.
#pragma once
#include <ATen/core/Generator.h>

extern "C" {

/// This thread's work on the GPU goes to a stream of its own from here on (`on`), or again to the usual one; what was
/// begun before is waited for.
void winnow_side_stream(int index, bool on);

/// Begins to record what this thread asks of its stream, none of which is done: a graph, for the other functions.
///
/// - Parameter generator: draws anew in every replay; may be null.
void *winnow_graph_begin(const at::Generator *generator);
void winnow_graph_end(void *graph);
/// Does it all, later work of the stream after it.
void winnow_graph_replay(void *graph);
void winnow_graph_free(void *graph);
}
