import Foundation
import Torch

/// The same pictures' bytes in the memory of devices: brought there once, for all that train and measure on them.
final class PictureResidence: @unchecked Sendable {
    private let lock = NSLock()
    private var tensors: [Device: Tensor] = [:]

    /// The tensor of a device; `bring` makes it where there is none, unless it returns nil.
    func tensor(on device: Device, _ bring: () throws -> Tensor?) throws -> Tensor? {
        try lock.withLock {
            if let known = tensors[device] { return known }
            tensors[device] = try bring()
            return tensors[device]
        }
    }
}

extension PicturePixels {
    /// The share of a device's free memory that pictures take: the rest is the network's, and other processes'.
    private static let share = 4

    /// Bytes of pictures that a device takes: none on the CPU, where they lie already, and on devices that do not say
    /// how much memory they have.
    package static func room(on device: Device) throws -> Int {
        try Runtime.freeMemory(of: device).map { $0 / share } ?? 0
    }

    /// All bytes as [pixels, 3] in the memory of a device, brought there when first asked for.
    ///
    /// - Parameter room: bytes that they may take there.
    /// - Returns: nil where they take more.
    func resident(on device: Device, room: Int) throws -> Tensor? {
        try residence.tensor(on: device) {
            guard count > 0, count <= room else { return nil }
            let all = try Tensor.empty([count / 3, 3], dtype: .uint8, device: device)
            // In pieces, so that the host holds no second copy.
            let piece = 32 << 20
            for start in stride(from: 0, to: count / 3, by: piece) {
                let pixels = start..<min(start + piece, count / 3)
                let bytes = try withUnsafeBufferPointer {
                    try Tensor(
                        bytes: UnsafeRawBufferPointer(
                            UnsafeBufferPointer(
                                rebasing: $0[pixels.lowerBound * 3..<pixels.upperBound * 3])),
                        shape: [pixels.count, 3], dtype: .uint8)
                }
                try all.narrow(dim: 0, start: start, length: pixels.count).copy_(bytes)
            }
            return all
        }
    }

    /// Why the pictures do not stay on a device, in one line; nil where they do or where it is the usual thing.
    package func whyNotResident(on device: Device) throws -> String? {
        guard let free = try Runtime.freeMemory(of: device),
            try resident(on: device, room: Self.room(on: device)) == nil
        else { return nil }
        let (own, all) = (Self.gigabytes(count), Self.gigabytes(free))
        return
            "  pictures  \(own) GB are more than a quarter of the \(all) GB that are free on \(device): sent "
            + "to it batch by batch"
    }

    private static func gigabytes(_ bytes: Int) -> String {
        String(format: "%.1f", Double(bytes) / 1e9)
    }
}
