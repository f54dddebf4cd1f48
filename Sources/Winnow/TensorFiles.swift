import Formats
import Foundation
import Models

/// The numbers of a network alone, in PyTorch's file.
enum TensorFiles {
    static func write(_ model: Model, to file: URL) throws {
        try TensorFile.write(model.state.hosted(), to: file)
    }
}
