import CTorch

/// Runs `body` in mixed precision (torch.autocast): on this thread and kind of device, operations that
/// can stand it (convolutions, matrix products) take and give `dtype`, and float32 weights are
/// converted on the way, once a block.
///
/// The gradient is best taken outside: each operation's own is in the type that it computed in.
/// Whatever way `body` ends, the state is as before afterwards, and converted weights are forgotten.
///
/// - Parameters:
///   - dtype: bfloat16, which needs no scaling of the loss, or float16.
///   - enabled: false to compute in full precision, inside another block too.
package func autocast<Result>(
    _ device: Device, _ dtype: DType = .bfloat16, enabled: Bool = true,
    _ body: () throws -> Result
) throws -> Result {
    var before = wt_autocast()
    let wanted = wt_autocast(enabled: enabled, dtype: dtype.rawValue)
    try check("autocast") { wt_autocast_enter(device.kind, wanted, &before) }
    let outcome = Swift.Result { try body() }
    try check("autocast") { wt_autocast_leave(device.kind, before) }
    return try outcome.get()
}

/// The type that this thread's operations on a kind of device are cast to; nil outside `autocast`.
package func autocastType(_ device: Device) throws -> DType? {
    var state = wt_autocast()
    try check("autocast") { wt_autocast_get(device.kind, &state) }
    return state.enabled ? DType(rawValue: state.dtype) : nil
}
