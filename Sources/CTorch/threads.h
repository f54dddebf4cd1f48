// The threads that share the kernels' work.
#pragma once

namespace winnow {

/// Calls body(state, piece) for each piece, each on a thread of its own (threads.cpp).
void in_parallel(int count, void (*body)(void *state, int piece), void *state);

} // namespace winnow
