import Torch

/// What `Augmenter` does to one picture on the CPU, done to a batch by a device's own operations, on bytes that lie there.
///
/// A sample is a row of numbers (`Numbers`); nothing else goes to the device from step to step. Coordinates are float64,
/// values float32, in `Augmenter`'s order, so both give the same to rounding. What a policy never does is left out.
struct DeviceAugmenter {
    /// What any picture of a training may need.
    struct Ways: Hashable {
        /// Pixels from between pixels.
        let warps: Bool
        /// Half of the largest blur; 0 where there is none.
        let radius: Int
        /// Brightness, contrast.
        let tones: Bool

        init(_ policy: AugmentationPolicy?) {
            warps = policy.map { $0.shiftScaleRotateProbability > 0 } ?? false
            radius =
                policy.flatMap { $0.blurProbability > 0 ? ($0.blurLimit.last ?? 1) / 2 : 0 } ?? 0
            tones = policy.map { $0.brightnessContrastProbability > 0 } ?? false
        }
    }

    private let width: Int
    private let height: Int
    private let ways: Ways
    private let gain: Tensor
    private let offset: Tensor
    /// 0, 1, ... along a row, and down.
    private let columns: Tensor
    private let rows: Tensor
    /// For each distance up to the largest radius: the places that lie so far before and after.
    private let besideColumns: [(Tensor, Tensor)]
    private let besideRows: [(Tensor, Tensor)]

    init(_ preprocessing: Preprocessing, _ ways: Ways, device: Device) throws {
        (width, height) = (preprocessing.width, preprocessing.height)
        self.ways = ways
        let augmenter = try Augmenter(preprocessing)
        gain = try Tensor((0..<3).map { augmenter.gain[$0] }, [3]).to(device: device)
        offset = try Tensor((0..<3).map { augmenter.offset[$0] }, [3]).to(device: device)
        func places(_ count: Int) throws -> Tensor {
            try Tensor((0..<count).map(Double.init), [count]).to(device: device)
        }
        columns = try places(width).reshaped([1, 1, width])
        rows = try places(height).reshaped([1, height, 1])
        func beside(_ count: Int) throws -> [(Tensor, Tensor)] {
            try stride(from: 1, through: ways.radius, by: 1).map { step in
                func shifted(_ by: Int) throws -> Tensor {
                    try Tensor((0..<count).map { Int64(reflected($0 + by, count)) }, [count])
                        .to(device: device)
                }
                return (try shifted(-step), try shifted(step))
            }
        }
        (besideColumns, besideRows) = (try beside(width), try beside(height))
    }

    /// Inputs [n, 3, H, W], channels-last.
    ///
    /// - Parameters:
    ///   - numbers: a row a sample, on the device.
    ///   - pixels: of all pictures, [pixels, 3] bytes on the device.
    func batch(_ numbers: Numbers, from pixels: Tensor) throws -> Tensor {
        var values = try ways.warps ? warped(numbers, pixels) : whole(numbers, pixels)
        if ways.radius > 0 { values = try blurred(values, numbers) }
        if ways.radius > 0 || ways.tones {
            let factor = try numbers.column(.factor, rank: 4).to(dtype: .float32)
            let shift = try numbers.column(.shift, rank: 4).to(dtype: .float32)
            values = try (values * factor + shift).clamped(to: 0...255)
        }
        return try (values * gain + offset).permuted([0, 3, 1, 2])
    }

    /// Pixels as they are, each row perhaps in the other direction: [n, H, W, 3].
    private func whole(_ numbers: Numbers, _ pixels: Tensor) throws -> Tensor {
        let across = try columns * numbers.column(.a) + numbers.column(.c)
        let down = try rows + numbers.column(.picture) * Double(height)
        return try taken(down * Double(width) + across, pixels)
    }

    /// Bilinear between four pixels, mirrored at the border: [n, H, W, 3].
    private func warped(_ numbers: Numbers, _ pixels: Tensor) throws -> Tensor {
        let u = try columns * numbers.column(.a) + (rows * numbers.column(.b) + numbers.column(.c))
        let v = try columns * numbers.column(.d) + (rows * numbers.column(.e) + numbers.column(.f))
        let (left, above) = (try u.apply(.floor), try v.apply(.floor))
        let shape = left.shape
        let right = try (u - left).to(dtype: .float32).reshaped(shape + [1])
        let down = try (v - above).to(dtype: .float32).reshaped(shape + [1])
        let across = try pair(left, width).reshaped([1, 2] + shape)
        let first = try numbers.column(.picture) * Double(height)
        let lines = try (pair(above, height) + first).reshaped([2, 1] + shape)
        let corners = try taken(lines * Double(width) + across, pixels)
        let sides = try between(corners, down)
        return try between(sides, right)
    }

    /// Places and those after them, within 0..<count where the border is a mirror: [2, ...].
    private func pair(_ places: Tensor, _ count: Int) throws -> Tensor {
        let both = try Tensor.cat([places, places + 1.0]).reshaped([2] + places.shape)
        if count == 1 { return try both * 0.0 }
        let last = Double(count - 1)
        // `reflected`: back and forth with a period of twice the last place.
        let period = 2 * last
        let within = try both - (both * (1 / period)).apply(.floor) * period
        return try (within + -last).abs() * -1.0 + last
    }

    /// Between the two halves of the first dimension.
    private func between(_ values: Tensor, _ share: Tensor) throws -> Tensor {
        let rest = Array(values.shape.dropFirst())
        let first = try values.narrow(dim: 0, start: 0, length: 1).reshaped(rest)
        let second = try values.narrow(dim: 0, start: 1, length: 1).reshaped(rest)
        return try first + (second - first) * share
    }

    /// The pixels at places of all pictures' pixels, float32 [..., 3].
    private func taken(_ places: Tensor, _ pixels: Tensor) throws -> Tensor {
        let index = try places.to(dtype: .int64).reshaped([places.count])
        return try pixels.indexSelect(dim: 0, index).to(dtype: .float32)
            .reshaped(places.shape + [3])
    }

    /// Sums over each picture's own box, along rows and then down; the factor divides.
    private func blurred(_ values: Tensor, _ numbers: Numbers) throws -> Tensor {
        let radius = try numbers.column(.radius, rank: 4).to(dtype: .float32)
        var sums = values
        for (dim, beside) in [(2, besideColumns), (1, besideRows)] {
            let line = sums
            for (step, (before, after)) in beside.enumerated() {
                let counts = try (radius + -Double(step)).clamped(to: 0...1)
                let both =
                    try line.indexSelect(dim: dim, before) + line.indexSelect(dim: dim, after)
                sums = try sums + both * counts
            }
        }
        return sums
    }
}
