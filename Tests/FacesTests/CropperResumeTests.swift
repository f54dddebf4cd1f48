import Formats
import Foundation
import Testing

@testable import Faces

/// Runs that go on where another stopped.
@Suite(.enabled(if: Fixtures.hasWeights))
struct CropperResumeTests {
    @Test func whatIsDoneIsNotDoneAgain() throws {
        try withBench { bench in
            let first = try bench.run()
            let before = try CropBench.pictures.map(bench.bytes)
            let again = try bench.run()
            #expect(again.reused == 4 && again.records == first.records)
            // A crop that is gone, one that was cut short, a picture that changed, one only touched.
            try FileManager.default.removeItem(at: bench.output.appending(path: "a/one.jpg"))
            try Data([1, 2, 3]).write(to: bench.output.appending(path: "b/deep/two.jpg"))
            let touched = bench.root.appending(path: "b/several.png")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: touched.path)
            let third = try bench.run()
            #expect(third.reused == 2)
            #expect(try CropBench.pictures.map(bench.bytes) == before)
            try noisePicture(width: 60, height: 40, seed: 8)
                .writePNG(to: bench.root.appending(path: "a/none.png").path)
            #expect(try bench.run().reused == 3)
            #expect(try bench.bytes("a/none.png") != before[1])
            let other = try bench.run { $0.margin = 0.3 }
            #expect(other.reused == 0)
        }
    }

    @Test func aCutJournalOnlyCostsItsLastPicture() throws {
        try withBench { bench in
            _ = try bench.run()
            let before = try CropBench.pictures.map(bench.bytes)
            let url = bench.output.appending(path: "faces.jsonl")
            let journal = try Data(contentsOf: url)
            let last = try #require(journal.split(separator: UInt8(ascii: "\n")).last)
            let lost = try JSONDecoder().decode(CropRecord.self, from: last).picture
            for cut in [1, 2, 30, 200] {
                try Data(journal.dropLast(cut)).write(to: url)
                if cut > 1 {
                    // A crop comes after its record, so this one could be anyone's.
                    #expect(message { _ = try bench.run() }.contains("not crops of an earlier"))
                    try FileManager.default.removeItem(at: bench.output.appending(path: lost))
                }
                #expect(try bench.run().reused == (cut > 1 ? 3 : 4))
                #expect(try CropBench.pictures.map(bench.bytes) == before)
                #expect(try bench.run().reused == 4)
            }
        }
    }

    @Test func interruption() throws {
        try withBench { bench in
            var cropper = try bench.cropper()
            cropper.threads = 1
            let done = Counter()
            cropper.progress = { count, _ in done.value = count }
            cropper.shouldStop = { done.value >= 2 }
            let text = message { _ = try cropper.run(CropBench.pictures) }
            #expect(text.contains("interrupted: 2 of 4 pictures are done"))
            #expect(!bench.exists("faces.csv"))
            #expect(try bench.run().reused == 2)
        }
    }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0
        var value: Int {
            get { lock.withLock { count } }
            set { lock.withLock { count = newValue } }
        }
    }
}
