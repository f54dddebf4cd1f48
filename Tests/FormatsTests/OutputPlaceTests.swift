import Foundation
import Testing

@testable import Formats

/// What a path that is written to may be.
@Suite struct OutputPlaceTests {
    private struct Refused: Error {}

    private func link(_ place: URL, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: place.path, withDestinationPath: target)
    }

    private func isLink(_ place: URL) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: place.path)) != nil
    }

    /// There or not yet, through one link or two, relative or not.
    @Test func aLinkIsWrittenThrough() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            func place(_ name: String) -> URL { folder.appendingPathComponent(name) }
            try FileManager.default.createDirectory(
                at: place("far"), withIntermediateDirectories: true)
            try AtomicFile.write(Data([1]), to: place("old"))
            try link(place("a"), to: "old")
            try link(place("b"), to: place("a").path)
            try link(place("c"), to: "far/new")
            for (index, name) in ["a", "b", "c"].enumerated() {
                try OutputPlace.check(place(name))
                try AtomicFile.write(Data([UInt8(index + 5)]), to: place(name))
                #expect(isLink(place(name)))
                #expect(try Data(contentsOf: place(name)) == Data([UInt8(index + 5)]))
            }
            #expect(try Data(contentsOf: place("old")) == Data([6]))
            #expect(try Data(contentsOf: place("far/new")) == Data([7]))
            #expect(OutputPlace.areSame(place("a"), place("old")))
            #expect(!OutputPlace.areSame(place("a"), place("c")))
            try link(place("x"), to: "y")
            try link(place("y"), to: "x")
            #expect(throws: FormatError.self) { try AtomicFile.write(Data(), to: place("x")) }
        }
    }

    @Test func aDeviceStaysOne() throws {
        let null = URL(fileURLWithPath: "/dev/null")
        try OutputPlace.check(null)
        try AtomicFile.write(Data([1, 2, 3]), to: null)
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        #if os(Linux)
            let full = URL(fileURLWithPath: "/dev/full")
            let message = refusal { try AtomicFile.write(Data([1]), to: full) }
            #expect(message.hasPrefix("/dev/full: cannot be written (No space left on device)"))
        #endif
    }

    @Test func aPipeIsWrittenTo() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let pipe = folder.appendingPathComponent("p")
            try #require(mkfifo(pipe.path, 0o600) == 0)
            let reader = open(pipe.path, O_RDONLY | O_NONBLOCK)
            try #require(reader >= 0)
            defer { close(reader) }
            try AtomicFile.write(Data("through".utf8), to: pipe)
            var bytes = [UInt8](repeating: 0, count: 20)
            #expect(read(reader, &bytes, 20) == 7)
            #expect(String(decoding: bytes.prefix(7), as: UTF8.self) == "through")
        }
    }

    @Test func whereNothingCanBeWrittenIsToldBefore() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let file = folder.appendingPathComponent("f")
            // Apart: a closure within the macro and one outside of it take each other's place.
            func refused(_ place: URL) -> String { refusal { try OutputPlace.check(place) } }
            let itself = refused(folder)
            #expect(itself.contains("is a folder; expected a file"))
            let missing = refused(folder.appendingPathComponent("no/f"))
            #expect(missing.hasSuffix("Make the folder it belongs in first."))
            try Data([1]).write(to: file)
            let below = refused(file.appendingPathComponent("g"))
            #expect(below.contains("What should be the folder is a file"))
            try OutputPlace.check(folder.appendingPathComponent("new"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["f"])
        }
    }

    /// What a check refuses does not take the place of what was there, and nothing is left.
    @Test func whatCannotBeReadBackDoesNotCount() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            let file = folder.appendingPathComponent("f")
            try AtomicFile.write(Data([1]), to: file)
            #expect(throws: Refused.self) {
                try AtomicFile.write(Data([2]), to: file) { aside in
                    #expect(try Data(contentsOf: aside) == Data([2]))
                    throw Refused()
                }
            }
            #expect(try Data(contentsOf: file) == Data([1]))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["f"])
        }
    }
}
