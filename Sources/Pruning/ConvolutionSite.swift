import Networks

/// Where a convolution of a residual network stands, and so what may be cut from it.
struct ConvolutionSite: Sendable, Equatable {
    enum Position: Sendable, Equatable {
        /// Its filters are read by one other convolution of the block only: they can be taken out.
        case inner(feeding: String)
        /// Its filters are channels of the residual sum (or of the stem): their number is fixed.
        case residual
        /// As `residual`, and it reads what the block reads.
        case shortcut
    }

    /// The weight's name.
    let weight: String
    /// The path of the batch norm after it.
    let norm: String
    let stride: Int
    let position: Position

    /// The path of the batch norm that follows a convolution, by torchvision's naming: `bn2` after
    /// `conv2`, `downsample.1` after `downsample.0`; nil for any other name.
    static func norm(after weight: String) -> String? {
        var parts = weight.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.popLast() == "weight", let last = parts.popLast() else { return nil }
        if last == "0", parts.last == "downsample" { return (parts + ["1"]).joined(separator: ".") }
        guard last.hasPrefix("conv") else { return nil }
        return (parts + ["bn" + last.dropFirst(4)]).joined(separator: ".")
    }
}

extension Architecture {
    /// The convolution before the first block.
    var stem: ConvolutionSite {
        ConvolutionSite(weight: "conv1.weight", norm: "bn1", stride: 2, position: .residual)
    }

    /// The convolutions of every block, in the order of the forward pass, the shortcut last.
    var blockSites: [[ConvolutionSite]] {
        blocks.enumerated().flatMap { stage, count in
            (0..<count).map { sites(stage: stage, block: $0) }
        }
    }

    private func sites(stage: Int, block: Int) -> [ConvolutionSite] {
        let path = "layer\(stage + 1).\(block)"
        let stride = stage > 0 && block == 0 ? 2 : 1
        let convolutions = usesBottleneck ? 3 : 2
        let strided = usesBottleneck ? 2 : 1
        var sites = (1...convolutions).map { index in
            ConvolutionSite(
                weight: "\(path).conv\(index).weight", norm: "\(path).bn\(index)",
                stride: index == strided ? stride : 1,
                position: index == convolutions
                    ? .residual : .inner(feeding: "\(path).conv\(index + 1).weight"))
        }
        if block == 0, stage > 0 || expansion > 1 {
            sites.append(
                ConvolutionSite(
                    weight: "\(path).downsample.0.weight", norm: "\(path).downsample.1",
                    stride: stride, position: .shortcut))
        }
        return sites
    }
}
