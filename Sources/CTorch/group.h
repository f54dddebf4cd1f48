// What other files of the shim ask of the processes that train together.
#pragma once
#include <cstdint>

namespace winnow {

/// Adds up numbers over the processes whose batch norms take one batch's statistics together; leaves them alone where
/// each takes its own.
///
/// - Parameter rows: how many numbers a channel they are of, here and then everywhere.
void sum_over_processes(double *values, int64_t count, int64_t &rows);

/// Whether batch norms do so.
bool norms_are_synchronised();

} // namespace winnow
