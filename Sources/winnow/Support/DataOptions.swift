import ArgumentParser
import Datasets
import Foundation

/// Which pictures, at what size, and which of them belong together.
struct DataOptions: ParsableArguments {
    @Option(help: "Pictures in class folders: DIR/<class>/<picture>.jpg|png.")
    var data: String
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var size = 224
    @Option(
        help:
            "What keeps pictures together in a split: auto, none, a name (lfw, sfew, ...), name:REGEX."
    )
    var groups = "auto"
    @Flag(help: "Leave out pictures that cannot be read, instead of refusing the data.")
    var skipUnreadable = false

    /// Reads every picture once.
    func store(_ preprocessing: Preprocessing? = nil) throws -> PictureStore {
        let folder = try ImageFolder(root: data)
        let line = ProgressLine("pictures", unit: "pictures")
        let loader = PictureLoader(progress: { line.update($0, of: $1) })
        let store = try PictureStore(
            folder, preprocessing: preprocessing ?? .imageNet(size: size),
            skipUnreadable: skipUnreadable, loader: loader)
        line.finish("\(store.count) in \(store.classes.count) classes")
        for picture in store.unreadable {
            Console.note("  left out  \(picture.file): \(picture.reason)")
        }
        return store
    }
}
