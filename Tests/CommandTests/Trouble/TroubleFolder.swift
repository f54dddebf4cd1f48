import Core
import Formats
import Foundation
import Testing

/// A folder that the cases of trouble start from, made once and copied for each: 25 pictures of two classes under
/// `data/`, a network `m.safetensors` fine-tuned on them (with its starting state), the same as ONNX, and `long.*`, a
/// training of twelve epochs that was stopped after some.
enum TroubleFolder {
    /// A training of one epoch on tiny pictures: seconds in a debug build.
    static let tune =
        "winnow finetune --data data --weights none --architecture resnet20 --size 8 --epochs 1 --threads 1 "
        + "--groups none"
    /// The training that was stopped.
    static let long =
        "winnow finetune --data data --weights none --architecture resnet20 --size 8 --threads 1 --groups none "
        + "--schedule constant -o long.safetensors"

    private static let made = Result { try make() }

    /// Runs `body` in a copy that is gone after it.
    static func with<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let original = try made.get()
        return try withFolder { folder in
            let place = folder.appending(path: "case")
            try FileManager.default.copyItem(at: original, to: place)
            return try body(place)
        }
    }

    private static func make() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "winnow-trouble-\(getpid())")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try writePictures(folder)
        let script = """
            set -e
            \(tune) -o m.safetensors
            winnow export m.safetensors -o m.onnx
            \(long) --epochs 12 2> /dev/null &
            while [ ! -e long.safetensors.resume/resume.safetensors ]; do sleep 0.05; done
            kill -INT $!
            wait $! || true
            """
        let outcome = try TroubleCase.shell(script, in: folder)
        try #require(outcome.status == 0, "\(outcome.error)")
        atexit { TroubleFolder.remove() }
        return folder
    }

    private static func remove() {
        if let folder = try? made.get() { try? FileManager.default.removeItem(at: folder) }
    }

    private static func writePictures(_ folder: URL) throws {
        var random = SplitMix64(seed: 9)
        for index in 0..<25 {
            let name = "data/\(index < 13 ? "cat" : "dog")/p\(index / 2)_\(index % 2).png"
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            let pixels = (0..<8 * 8 * 3).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            try Picture(width: 8, height: 8, channels: 3, pixels: pixels).writePNG(to: file.path)
        }
    }
}
