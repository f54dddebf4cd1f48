import CTorch

/// Settings of libtorch that hold for the whole process.
package enum Runtime {
    /// libtorch's version.
    package static var version: String { String(cString: wt_version()) }

    /// The instruction set that ATen's own loops use, as libtorch names it (say, AVX2).
    package static var capability: String { String(cString: wt_cpu_capability()) }

    /// Threads that one operation is shared among.
    package static var threads: Int {
        get { Int(wt_threads()) }
        set { wt_set_threads(Int32(max(1, newValue))) }
    }

    /// Installs the caching CPU allocator; what it keeps for reuse stays under `keep` bytes.
    package static func installCachingAllocator(keep: Int = 4 << 30) {
        wt_install_allocator(keep)
    }

    /// Memory held by the caching CPU allocator.
    package struct Memory: Sendable {
        /// Bytes in tensors.
        package let used: Int
        /// Bytes kept for reuse.
        package let kept: Int
        /// How often the system was asked for memory so far.
        package let systemCalls: Int
    }

    /// What the caching CPU allocator holds now.
    package static var memory: Memory {
        var used = 0
        var kept = 0
        var calls: UInt64 = 0
        wt_allocator_stats(&used, &kept, &calls)
        return Memory(used: used, kept: kept, systemCalls: Int(calls))
    }

    /// Gives the memory kept for reuse back to the system.
    package static func trimMemory() { wt_allocator_trim() }

    /// Waits until everything asked of a device is done.
    package static func synchronize(_ device: Device) throws {
        try check("synchronize") { wt_synchronize(device.kind, device.index) }
    }

    /// Bytes of an NVIDIA GPU's memory that nobody uses; nil for other devices, which do not say.
    package static func freeMemory(of device: Device) throws -> Int? {
        guard case .cuda = device else { return nil }
        var (free, total) = (0, 0)
        try check("device_memory") { wt_device_memory(device.index, &free, &total) }
        return free
    }
}
