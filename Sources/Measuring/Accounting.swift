import Formats
import Foundation
import Models
import Pruning

/// What a network weighs and computes, for one picture.
package struct Accounting: Sendable, Equatable, Codable {
    /// Numbers that training changes, and those of them that are not zero.
    package let parameters: Int
    package let nonzeroParameters: Int
    /// Of the file as it lies on disk, and deflated (RFC 1951, as in a zip file).
    package let bytes: Int
    package let deflatedBytes: Int
    /// Multiply-adds as the tensors stand; had zero weights cost nothing, which a mask could save at best; and
    /// with silent channels really taken out, as `winnow compact` does.
    package let macs: Int
    package let nonzeroMACs: Int
    package let cutMACs: Int

    /// Counts a network for pictures of `height` x `width`. Which channels are silent is looked up at the size
    /// that it was made for, as `winnow compact` does.
    ///
    /// - Throws: `FormatError` for a file that cannot be read, `NetworkError` for a size that it cannot take.
    package init(_ model: Model, file: URL, height: Int, width: Int) throws {
        let cost = try NetworkCost(model, height: height, width: width)
        let smaller = try Compaction(model).model
        parameters = cost.parameters
        nonzeroParameters = cost.nonzeroParameters
        macs = cost.macs
        nonzeroMACs = cost.nonzeroMACs
        cutMACs = try NetworkCost(smaller, height: height, width: width).macs
        let data = try FileBytes.open(file)
        bytes = data.count
        deflatedBytes = Deflate.deflatedSize(data)
    }
}
