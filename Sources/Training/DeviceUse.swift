import Torch

/// How a training uses its device: it decides how long it takes, and nothing else beyond rounding.
package struct DeviceUse: Sendable, Equatable {
    /// Bytes of pictures that may stay on the device; what it has room for where nil.
    package var pictureBytes: Int?
    /// After how many steps losses and answers are read. To read is to wait until the device has done all that it was
    /// asked, so that it has nothing to do for a while; the CPU does things at once.
    package var stepsPerReading: Int
    /// Whether the step is recorded and replayed (a CUDA graph).
    package var recordsSteps = false

    /// What is usual on a device.
    package init(_ device: Device, recordsSteps: Bool = false) {
        stepsPerReading = device == .cpu ? 1 : 32
        self.recordsSteps = recordsSteps
    }
}
