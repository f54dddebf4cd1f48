import Formats
import Foundation

/// Between what a value lies, on the pictures that were looked at.
package struct ActivationRange: Sendable, Equatable, Codable {
    /// At most 0 and at least 0: zero must be a whole number exactly, since padding is made of it.
    package let low: Float
    package let high: Float

    package init(low: Float, high: Float) {
        (self.low, self.high) = (min(0, low), max(0, high))
    }

    /// `x ~ scale * (q - zeroPoint)` with q of 0...255 (Jacob et al. 2018, Quantization and training of neural
    /// networks for efficient integer-arithmetic-only inference, section 2.1). Always above zero.
    package var scale: Float {
        let scale = (high - low) / 255
        return scale.isNormal ? scale : 1
    }

    package var zeroPoint: UInt8 {
        UInt8(min(255, max(0, (-low / scale).rounded(.toNearestOrEven))))
    }

    /// Scale and zero point as they go to a file.
    var tensors: (scale: HostTensor, zeroPoint: HostTensor) {
        (HostTensor([scale], shape: []), HostTensor([zeroPoint], shape: []))
    }
}

/// How a range is made of the numbers that were seen.
package enum Calibration: String, Sendable, CaseIterable, Codable {
    /// From the smallest to the largest.
    case minmax
    /// Without the 0.01% at either end, which then saturate: a range that a single outlier does not stretch.
    case percentile

    /// What of the numbers `percentile` leaves out at either end.
    package static let tail = 1e-4

    /// What it does, for `--help`.
    package var summary: String {
        switch self {
        case .minmax: "from the smallest to the largest"
        case .percentile: "without the 0.01% at either end"
        }
    }
}
