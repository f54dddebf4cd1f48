import Foundation
import Testing

@testable import Formats

@Suite struct AtomicFileTests {
    private struct Stop: Error {}

    @Test func replacesWholeFilesOnly() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("a.bin")
            try AtomicFile.write(Data([1, 2]), to: url)
            #expect(throws: Stop.self) {
                try AtomicFile.write(to: url) { sink in
                    try sink.write([UInt8](repeating: 9, count: 100_000))
                    #expect(sink.position == 100_000)
                    throw Stop()
                }
            }
            #expect(try Data(contentsOf: url) == Data([1, 2]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.bin"])
            try AtomicFile.write(Data([3]), to: url)
            #expect(try Data(contentsOf: url) == Data([3]))
        }
    }

    @Test func namesTheFileWhenTheFolderIsMissing() {
        let url = URL(fileURLWithPath: "/nowhere/model.pth")
        let message = refusal { try AtomicFile.write(Data([1]), to: url) }
        #expect(message.hasPrefix("/nowhere/model.pth: cannot be written (No such file"))
        #expect(message.hasSuffix("Make the folder it belongs in first."))
    }

    #if os(Linux)
        /// /dev/full refuses every write as a full disk does.
        @Test func saysWhenTheDiskIsFull() throws {
            let descriptor = open("/dev/full", O_WRONLY)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let sink = FileSink(descriptor: descriptor, file: "model.pth")
            let message = refusal { try sink.write([1, 2, 3]) }
            #expect(message.hasPrefix("model.pth: cannot be written (No space left on device)"))
            #expect(message.contains("The disk is full"))
        }
    #endif

    @Test func refusesWhatIsNoFile() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            #expect(refusal { try FileBytes.open(folder) }.contains("is a folder; expected a file"))
            let empty = folder.appendingPathComponent("empty.pth")
            try Data().write(to: empty)
            #expect(refusal { try FileBytes.open(empty) }.contains("is empty (0 bytes)"))
            let missing = folder.appendingPathComponent("missing.pth")
            #expect(refusal { try FileBytes.open(missing) }.contains("No such file"))
            try Data(count: 5).write(to: empty)
            let message = refusal { try FileBytes.open(empty, limit: 4) }
            #expect(message.contains("holds 5 bytes; expected at most 4"))
        }
    }

    /// Above `mapFrom` a file is mapped; the bytes are the same.
    @Test func mapsLargeFiles() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let bytes = Data((0..<FileBytes.mapFrom + 3).map { UInt8(truncatingIfNeeded: $0) })
            let url = folder.appendingPathComponent("large.bin")
            try AtomicFile.write(bytes, to: url)
            #expect(try FileBytes.open(url) == bytes)
        }
    }
}
