import CTorch

/// Where a tensor lives and is worked on.
package enum Device: Sendable, Hashable, CustomStringConvertible {
    case cpu
    case cuda(Int)
    case mps

    /// How a device is named, for help and for refusals.
    package static let names = ["cpu", "cuda", "cuda:N", "mps"]

    /// `cpu`, `cuda`, `cuda:1` or `mps`; nil for anything else.
    package init?(_ name: String) {
        switch name {
        case "cpu": self = .cpu
        case "mps": self = .mps
        case "cuda": self = .cuda(0)
        default:
            guard name.hasPrefix("cuda:"), let index = Int(name.dropFirst(5)), (0..<128) ~= index
            else { return nil }
            self = .cuda(index)
        }
    }

    package var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        case .mps: "mps"
        }
    }

    /// Whether this libtorch, on this machine, can use the device.
    package var isAvailable: Bool {
        switch self {
        case .cpu: true
        case .cuda: wt_has_cuda()
        case .mps: wt_has_mps()
        }
    }

    var kind: Int32 {
        switch self {
        case .cpu: Int32(WT_CPU.rawValue)
        case .cuda: Int32(WT_CUDA.rawValue)
        case .mps: Int32(WT_MPS.rawValue)
        }
    }

    var index: Int32 {
        if case .cuda(let index) = self { return Int32(index) }
        return 0
    }
}
