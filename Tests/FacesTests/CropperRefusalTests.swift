import Formats
import Foundation
import Testing

@testable import Faces

/// Folders, files and disks that cannot be worked with.
@Suite(.enabled(if: Fixtures.hasWeights))
struct CropperRefusalTests {
    @Test func unreadablePicturesAreListedTogether() throws {
        try withBench { bench in
            try Data("no picture".utf8).write(to: bench.root.appending(path: "a/bad.jpg"))
            try Data().write(to: bench.root.appending(path: "b/empty.png"))
            let names = CropBench.pictures + ["a/bad.jpg", "b/empty.png", "b/gone.png"]
            let text = message { _ = try bench.cropper().run(names) }
            #expect(text.contains("3 of 7 pictures cannot be read"))
            for reason in [
                "a/bad.jpg: neither JPEG, PNG nor WebP: it starts with the text",
                "b/empty.png: neither JPEG, PNG nor WebP: the file is empty",
                "b/gone.png: cannot be read: ", "`skipUnreadable`",
            ] {
                #expect(text.contains(reason), "\(text)")
            }
            var cropper = try bench.cropper()
            cropper.skipUnreadable = true
            let report = try cropper.run(names)
            #expect(report.unreadable.count == 3 && report.records.count == 4)
            #expect(report.reused == 4)
            #expect(message { _ = try cropper.run(["a/bad.jpg"]) }.contains("1 of 1"))
        }
    }

    @Test func otherPeoplesFilesAreNotOverwritten() throws {
        try withBench { bench in
            let mine = bench.output.appending(path: "a/one.jpg")
            try FileManager.default.createDirectory(
                at: mine.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: mine)
            let text = message { _ = try bench.run() }
            #expect(text.contains("a/one.jpg") && text.contains("not crops of an earlier run"))
            #expect(try bench.bytes("a/one.jpg") == Data("mine".utf8))
        }
    }

    @Test func foldersInOneAnotherAreRefused() throws {
        try withBench { bench in
            let link = bench.folder.appending(path: "link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: bench.root)
            let inside = bench.root.appending(path: "crops").path
            let places = [
                bench.root.path, inside, bench.folder.path, link.path, link.path + "/x",
                bench.root.path + "/../in/y",
            ]
            for output in places {
                let cropper = try FaceCropper(
                    root: bench.root.path, output: output, options: CropOptions(),
                    weights: #require(Fixtures.weights))
                #expect(message { _ = try cropper.run(CropBench.pictures) }.contains("same folder"))
            }
        }
    }

    @Test func namesThatCollideAreRefused() throws {
        try withBench { bench in
            let text = message {
                _ = try bench.cropper { $0.format = .png }.run(["a/one.jpg", "a/one.png"])
            }
            #expect(text.contains("a/one.jpg and a/one.png would both become a/one.png"))
        }
    }

    @Test func oneRunAtATime() throws {
        try withBench { bench in
            _ = try bench.run()
            let journal = try CropJournal(folder: bench.output)
            #expect(message { _ = try bench.run() }.contains("another winnow"))
            withExtendedLifetime(journal) {}
        }
    }

    @Test func cropsOfPicturesThatAreGoneAreReported() throws {
        try withBench { bench in
            _ = try bench.run()
            let report = try bench.cropper().run(Array(CropBench.pictures.dropFirst()))
            #expect(report.stale == ["a/one.jpg"] && report.records.count == 3)
            #expect(bench.exists("a/one.jpg"))
        }
    }

    @Test func aDiskThatRefuses() throws {
        try withBench { bench in
            try FileManager.default.createDirectory(
                at: bench.output, withIntermediateDirectories: true)
            // A file where a class folder has to go.
            try Data("x".utf8).write(to: bench.output.appending(path: "b"))
            let text = message { _ = try bench.run() }
            #expect(text.contains("cannot be written") && text.contains("run the same again"))
            try FileManager.default.removeItem(at: bench.output.appending(path: "b"))
            #expect(try bench.run().records.count == 4)
        }
    }
}
