import Torch

/// Samples in the order in which they become batches: filled one batch after the other by the CPU, or made on the device
/// where the pictures lie, which then knows all of the order at once.
package struct BatchSequence {
    private let fill: (Range<Int>) throws -> (x: Tensor, target: Tensor)
    /// The samples on the device; nil where the CPU fills batches.
    package let resident: ResidentBatches?

    init(_ fill: @escaping (Range<Int>) throws -> (x: Tensor, target: Tensor)) {
        (self.fill, resident) = (fill, nil)
    }

    init(_ resident: ResidentBatches) {
        self.resident = resident
        fill = { try resident.batch(resident.rows($0)) }
    }

    /// One batch: pictures [n, 3, H, W] (channels-last) and labels [n] of the samples at some places.
    package func callAsFunction(_ places: Range<Int>) throws -> (x: Tensor, target: Tensor) {
        try fill(places)
    }
}

/// Samples of pictures that lie on a device.
package struct ResidentBatches {
    let augmenter: DeviceAugmenter
    let pixels: Tensor
    let numbers: DeviceAugmenter.Numbers

    /// What the device needs to know of the samples at some places: a row each, a view.
    package func rows(_ places: Range<Int>) throws -> Tensor { try numbers.some(places).rows }

    /// The batch of such rows, whosever they are.
    package func batch(_ rows: Tensor) throws -> (x: Tensor, target: Tensor) {
        let numbers = DeviceAugmenter.Numbers(rows: rows)
        return (try augmenter.batch(numbers, from: pixels), try numbers.labels())
    }
}
