import Formats
import Foundation
import Models
import Testing

/// Makes the small files of the cases.
enum TroubleFiles {
    private static let small: Architecture? = Architecture(rawValue: "resnet20")

    /// The tensors of a small network for ten classes, by torchvision's names.
    static func tensors() throws -> [(name: String, tensor: HostTensor)] {
        guard let small else { return [] }
        return try Model.drawn(small, classes: 10, seed: 1).state.hosted().entries
    }

    /// Writes these tensors, changed, as `w.pth`.
    static func weights(
        _ folder: URL, _ file: String = "w.pth",
        _ change: ((name: String, tensor: HostTensor)) -> [(String, HostTensor)] = { [$0] }
    ) throws {
        try TensorFile.write(
            StateDict(tensors().flatMap(change)), to: folder.appending(path: file))
    }

    /// Writes a network of Winnow's for two classes, `m.safetensors`.
    static func network(_ folder: URL) throws {
        guard let small else { return }
        let size = #"{"height":32,"mean":[0,0,0],"resize":"stretch","std":[1,1,1],"width":32}"#
        var model = try Model.drawn(small, classes: 2, size: 32, seed: 3)
        (model.classes, model.metadata) = (["a", "b"], ["preprocessing": size])
        try model.write(to: folder.appending(path: "m.safetensors"))
    }

    /// Writes small pictures, each of another colour pattern, under these names.
    static func pictures(_ folder: URL, _ names: [String]) throws {
        for (index, name) in names.enumerated() {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try picture(index).writePNG(to: file.path)
        }
    }

    static func picture(_ index: Int) -> Picture {
        let pixels = (0..<32 * 32 * 3).map { place -> UInt8 in
            let (x, y) = (place / 3 % 32 / 4, place / 96 / 4)
            return UInt8(
                truncatingIfNeeded: (x * 37 + y * 91 + index * 53) * (index + 3) + place % 3)
        }
        return Picture(width: 32, height: 32, channels: 3, pixels: pixels)
    }

    /// Writes bytes under a name that need not be text.
    static func raw(_ folder: URL, _ name: [UInt8], _ bytes: [UInt8]) throws {
        let path = Array(folder.path.utf8) + [0x2F] + name
        let file = open(path.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT, 0o644)
        #expect(file >= 0)
        _ = write(file, bytes, bytes.count)
        close(file)
    }

    /// Makes a folder under a name that need not be text.
    static func rawFolder(_ folder: URL, _ name: [UInt8]) {
        let path = Array(folder.path.utf8) + [0x2F] + name
        #expect(mkdir(path.map { CChar(bitPattern: $0) } + [0], 0o755) == 0)
    }

    /// A file of Tests/Fixtures/trouble, which the issue's finders made.
    static func fixture(_ name: String, to folder: URL) throws {
        let from = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/trouble/\(name)")
        try Data(contentsOf: from).write(to: folder.appending(path: name))
    }

    /// A file of Tests/Fixtures/images_codecs.
    static func codec(_ name: String, to file: URL) throws {
        let from = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/images_codecs/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contentsOf: from).write(to: file)
    }
}
