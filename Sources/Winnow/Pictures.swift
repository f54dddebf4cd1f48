import Datasets
import Foundation
import Studies

/// Labelled pictures and their division into training, validation and test parts, in which pictures of one
/// person, film or clip stay on one side.
public struct Pictures: Sendable {
    package let data: PictureData
    package let plan: SplitPlan

    /// Reads class folders: `folder/<class>/<picture>.jpg|png`.
    ///
    /// - Parameters:
    ///   - folder: of class folders.
    ///   - size: height and width in pixels that pictures are resized to, with ImageNet's normalisation.
    ///   - groups: what keeps pictures together: `auto`, `none`, `name:REGEX` or `column:FILE.csv:COLUMN`. Near
    ///     copies are always kept together.
    ///   - seed: of the division.
    public init(
        _ folder: URL, size: Int = 224, groups: String = "auto", seed: UInt64 = 0
    ) throws {
        (data, plan) = try WinnowError.wrapping {
            let threads = ProcessInfo.processInfo.activeProcessorCount
            let source = try PictureSource(folder: folder.path)
            let store = try source.store(
                Preprocessing(height: size, width: size), skipUnreadable: false, prints: true,
                loader: PictureLoader(threads: threads))
            let data = try PictureData(source, store, groups: groups, threads: threads)
            let plan = try data.plan(protocolName: DataProtocol.leakFree.name, seed: seed)
            return (data, plan)
        }
    }

    /// Class names, in the order of their folders.
    public var classes: [String] { data.store.classes }
    /// Pictures in all parts together.
    public var count: Int { data.store.count }
    /// Height and width in pixels.
    public var size: Int { data.store.preprocessing.height }
}
