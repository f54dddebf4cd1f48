extension ConvolutionCase {
    /// How many of the cases are tried.
    package enum Extent: String, Codable, CaseIterable, Sendable {
        /// Some hundred, in seconds: part of `winnow doctor` and of the tests.
        case quick
        /// Twelve thousand, in minutes: `winnow doctor --sweep`.
        case long
    }

    static let kernels = [1, 3, 5, 7]
    static let strides = [1, 2]
    /// Many odd ones: what vectors of 4, 8 and 16 leave over, and the widths of pruned networks.
    static let widths = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 23, 24, 31, 32, 33, 37, 48, 63, 64, 65, 96,
        101,
        127, 128, 129, 130,
    ]
    static let batches = [1, 2, 3, 4, 5, 8, 16, 17]
    /// More products than this add time, not knowledge.
    static let mostProducts = 24_000_000

    /// The cases in a fixed order; the quick list is spread over the long one.
    package static func list(_ extent: Extent) -> [ConvolutionCase] {
        let all = (ordinary() + sides() + grouped()).enumerated().flatMap { at, plain in
            // Every way for the kind that was found wrong first; one in turn for the others.
            plain.isNarrow ? variants(of: plain) : [variants(of: plain)[at % 4]]
        }
        guard extent == .quick else { return all }
        // Steps that no period of the list divides.
        return all.enumerated()
            .filter { $0.offset % ($0.element.isNarrow ? 7 : 17) == 0 }.map(\.element)
    }

    /// A strided 1x1 convolution of few channels: oneDNN's AVX2 code is wrong there.
    private var isNarrow: Bool { kernel == 1 && stride == 2 && channels < 8 && groups == 1 }

    /// Every pair of widths under every kernel and stride; sides and batches take turns.
    private static func ordinary() -> [ConvolutionCase] {
        var made: [ConvolutionCase] = []
        for kernel in kernels {
            for stride in strides {
                for channels in widths {
                    for filters in widths {
                        let turn = made.count &* 2_654_435_761 >> 7
                        let (side, batch) = (1 + turn % 32, batches[turn / 32 % batches.count])
                        made.append(
                            fitted(kernel, stride, 1, channels, filters, side, turn % 3, batch))
                    }
                }
            }
        }
        return made
    }

    /// Every side of 1 to 32 pixels under every kernel and stride, at a few pairs of widths.
    private static func sides() -> [ConvolutionCase] {
        let pairs = [(3, 16), (7, 9), (16, 16), (32, 64), (64, 64), (65, 33)]
        var made: [ConvolutionCase] = []
        for kernel in kernels {
            for stride in strides {
                for (channels, filters) in pairs {
                    for side in 1...32 {
                        let batch = batches[(side + channels) % batches.count]
                        made.append(
                            fitted(kernel, stride, 1, channels, filters, side, side % 3, batch))
                    }
                }
            }
        }
        return made
    }

    /// Depthwise convolutions of every width, and a few with groups of several channels.
    private static func grouped() -> [ConvolutionCase] {
        var made: [ConvolutionCase] = []
        for kernel in kernels {
            for stride in strides {
                for (at, channels) in widths.enumerated() where channels > 1 {
                    for side in [1, 2, 4, 7, 13, 22, 32] {
                        let batch = batches[(at + side) % batches.count]
                        made.append(
                            fitted(
                                kernel, stride, channels, channels, channels, side, at % 3, batch))
                    }
                }
                for (groups, channels, filters) in [
                    (2, 4, 6), (3, 9, 12), (4, 64, 32), (32, 128, 128),
                ] {
                    for side in [1, 5, 14] {
                        made.append(
                            fitted(kernel, stride, groups, channels, filters, side, side % 3, 3))
                    }
                }
            }
        }
        return made
    }

    /// A case whose batch and side shrink until it is small enough; `turn` varies padding and width.
    private static func fitted(
        _ kernel: Int, _ stride: Int, _ groups: Int, _ channels: Int, _ filters: Int, _ side: Int,
        _ turn: Int, _ batch: Int
    ) -> ConvolutionCase {
        let isBare = turn == 1 && side >= kernel
        var made = ConvolutionCase(
            kernel: kernel, stride: stride, padding: isBare ? 0 : kernel / 2, groups: groups,
            channels: channels, filters: filters, height: side, width: turn == 2 ? side + 1 : side,
            batch: batch, threads: 1, isChannelsLast: true)
        while made.products > mostProducts {
            if made.batch > 1 {
                made.batch = (made.batch + 1) / 2
            } else {
                made.height = max(kernel, made.height / 2)
                made.width = max(kernel, made.width / 2)
                if made.height == kernel && made.width == kernel { break }
            }
        }
        return made
    }

    /// Both memory orders, on one thread and on two.
    private static func variants(of plain: ConvolutionCase) -> [ConvolutionCase] {
        [(true, 1), (true, 2), (false, 1), (false, 2)].map { isChannelsLast, threads in
            var made = plain
            made.isChannelsLast = isChannelsLast
            made.threads = threads
            return made
        }
    }
}
