import Torch

extension DeviceAugmenter {
    /// What makes samples of the pictures on a device: a row of float64 each, [n, 11].
    struct Numbers {
        /// The places of a row: the picture and its class; where pixels come from (`AffineMap`); `Tone`'s numbers; half
        /// of the blur.
        enum Column: Int, CaseIterable {
            case picture, label, a, b, c, d, e, f, factor, shift, radius
        }

        let rows: Tensor

        init(rows: Tensor) { self.rows = rows }

        init(
            _ samples: [(picture: Int, label: Int, variation: Variation)], width: Int, height: Int,
            device: Device
        ) throws {
            var values: [Double] = []
            values.reserveCapacity(samples.count * Column.allCases.count)
            for (picture, label, variation) in samples {
                let map = variation.source(width: width, height: height)
                let tone = Tone.numbers(variation)
                values += [
                    Double(picture), Double(label), map.a, map.b, map.c, map.d, map.e, map.f,
                ]
                values += [Double(tone.factor), Double(tone.shift), Double(variation.blur / 2)]
            }
            rows = try Tensor(values, [samples.count, Column.allCases.count]).to(device: device)
        }

        /// One number of every sample: [n, 1, 1], or of another rank.
        func column(_ column: Column, rank: Int = 3) throws -> Tensor {
            let ones = [Int](repeating: 1, count: rank - 1)
            return try rows.narrow(dim: 1, start: column.rawValue, length: 1)
                .reshaped([rows.shape[0]] + ones)
        }

        /// Class indices [n], int64.
        func labels() throws -> Tensor { try column(.label, rank: 1).to(dtype: .int64) }

        /// Some of the samples.
        func some(_ range: Range<Int>) throws -> Numbers {
            Numbers(rows: try rows.narrow(dim: 0, start: range.lowerBound, length: range.count))
        }
    }
}
