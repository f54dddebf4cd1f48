extension Resizer {
    private static let half: Int32 = 1 << (ResampleWeights.precision - 1)

    @inline(__always)
    private static func clipped(_ sum: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: max(0, min(255, sum >> ResampleWeights.precision)))
    }

    /// Row pass: `out[x, c] = sum of weight[j] * row[start[x] + j, c]`.
    static func resizeRow(
        _ row: UnsafePointer<UInt8>, _ weights: ResampleWeights, _ channels: Int,
        _ out: UnsafeMutablePointer<UInt8>
    ) {
        if channels == 3 {
            resizeColourRow(row, weights, out)
        } else {
            resizePlainRow(row, weights, channels, out)
        }
    }

    private static func resizeColourRow(
        _ row: UnsafePointer<UInt8>, _ weights: ResampleWeights,
        _ out: UnsafeMutablePointer<UInt8>
    ) {
        weights.withPointers { starts, offsets, values in
            for x in 0..<weights.starts.count {
                var pixel = row + 3 * Int(starts[x])
                var (r, g, b) = (half, half, half)
                for j in Int(offsets[x])..<Int(offsets[x + 1]) {
                    let weight = values[j]
                    r &+= Int32(pixel[0]) &* weight
                    g &+= Int32(pixel[1]) &* weight
                    b &+= Int32(pixel[2]) &* weight
                    pixel += 3
                }
                out[3 * x] = clipped(r)
                out[3 * x + 1] = clipped(g)
                out[3 * x + 2] = clipped(b)
            }
        }
    }

    private static func resizePlainRow(
        _ row: UnsafePointer<UInt8>, _ weights: ResampleWeights, _ channels: Int,
        _ out: UnsafeMutablePointer<UInt8>
    ) {
        weights.withPointers { starts, offsets, values in
            for x in 0..<weights.starts.count {
                for c in 0..<channels {
                    var sum = half
                    var at = Int(starts[x]) * channels + c
                    for j in Int(offsets[x])..<Int(offsets[x + 1]) {
                        sum &+= Int32(row[at]) &* values[j]
                        at += channels
                    }
                    out[x * channels + c] = clipped(sum)
                }
            }
        }
    }

    /// Column pass: `out[y] = sum of weight[j] * source[start[y] + j]`, a row of sums at a time.
    static func resizeColumns(
        _ source: UnsafePointer<UInt8>, _ weights: ResampleWeights, _ rowBytes: Int,
        _ sums: UnsafeMutablePointer<Int32>, _ out: UnsafeMutablePointer<UInt8>
    ) {
        weights.withPointers { starts, offsets, values in
            for y in 0..<weights.starts.count {
                sums.update(repeating: half, count: rowBytes)
                var row = source + Int(starts[y]) * rowBytes
                for j in Int(offsets[y])..<Int(offsets[y + 1]) {
                    let weight = values[j]
                    for i in 0..<rowBytes { sums[i] &+= Int32(row[i]) &* weight }
                    row += rowBytes
                }
                let to = out + y * rowBytes
                for i in 0..<rowBytes { to[i] = clipped(sums[i]) }
            }
        }
    }
}
