import Formats
import Foundation

/// The tensors of one of the three networks, checked against the shapes it must have.
struct NetworkWeights: Sendable {
    private let file: String
    private let arrays: [String: HostArray]

    /// Takes the tensors out of a state dict.
    ///
    /// - Throws: `FaceError` naming the tensor that is missing, has another shape or holds a number that is
    ///   not finite.
    init(_ state: StateDict, file: String, shapes: [(name: String, shape: [Int])]) throws {
        var arrays: [String: HostArray] = [:]
        for (name, shape) in shapes {
            guard let tensor = state[name] else {
                throw FaceError(
                    "\(file): has no tensor named '\(name)' among \(state.count). "
                        + "Install facenet-pytorch==2.6.0 again (scripts/setup)")
            }
            guard tensor.shape == shape else {
                throw FaceError("\(file): '\(name)' is \(tensor.shape), expected \(shape)")
            }
            let values = tensor.floats()
            guard values.allSatisfy(\.isFinite) else {
                throw FaceError("\(file): '\(name)' holds numbers that are not finite")
            }
            arrays[name] = HostArray(shape: shape, values: values)
        }
        self.file = file
        self.arrays = arrays
    }

    func array(_ name: String) throws -> HostArray {
        guard let array = arrays[name] else {
            throw FaceError("\(file): '\(name)' is not among the shapes of this network")
        }
        return array
    }
}

/// A weight as it lies in the file, row-major.
struct HostArray: Equatable, Sendable {
    let shape: [Int]
    let values: [Float]
}
