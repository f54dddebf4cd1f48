import Foundation
import Testing

@testable import Datasets

struct ImageFolderTests {
    @Test func listsClassesAndPicturesByName() throws {
        try withScratch { scratch in
            for file in [
                "sad/b.PNG", "sad/a.jpg", "sad/Z.jpeg", "happy/deep/er/x.png", "happy/w.JPG",
                "happy/notes.txt", "happy/.hidden.png", ".git/x.png", "readme.md", "Zen/é.png",
            ] {
                try scratch.write(Data(), file)
            }
            let folder = try ImageFolder(root: scratch.path)
            #expect(folder.classes == ["Zen", "happy", "sad"])
            #expect(
                folder.files.map(\.file) == [
                    "Zen/é.png", "happy/deep/er/x.png", "happy/w.JPG", "sad/Z.jpeg", "sad/a.jpg",
                    "sad/b.PNG",
                ])
            #expect(folder.files.map(\.label) == [0, 1, 1, 2, 2, 2])
            #expect(folder.otherFiles == ["happy/notes.txt"])
            let slashed = try ImageFolder(root: scratch.path + "/")
            #expect(slashed.files == folder.files)
        }
    }

    @Test func saysWhatIsMissing() throws {
        try withScratch { scratch in
            func message(_ root: String) -> String? {
                #expect(throws: DatasetError.self) { _ = try ImageFolder(root: root) }?.description
            }
            let root = scratch.path
            #expect(
                message(root) == "\(root)/ has no class folders. Expected "
                    + "\(root)/<class>/<picture>.jpg|png; found nothing.")
            for name in ["a.jpg", "b.jpg", "c.txt"] { try scratch.write(Data(), name) }
            #expect(
                message(root + "/") == "\(root)/ has no class folders. Expected "
                    + "\(root)/<class>/<picture>.jpg|png; found 3 files and no folders.")
            try scratch.write(Data(), "happy/a.jpg")
            try scratch.write(Data(), "fear/a.gif")
            #expect(
                message(root)
                    == "\(root)/fear/ holds no pictures (.jpg, .jpeg, .png or .webp); found "
                    + "1 file. Add pictures or remove the folder.")
            #expect(
                message(root + "/nowhere")
                    == "\(root)/nowhere: No such file or directory. Expected a folder of pictures: "
                    + "\(root)/nowhere/<class>/<picture>.jpg|png")
            #expect(
                message(root + "/a.jpg")
                    == "\(root)/a.jpg: expected a folder, found a file. Name the folder that holds "
                    + "<class>/<picture>.jpg|png")
        }
    }

    @Test func linksThatLoopEndTheWalk() throws {
        try withScratch { scratch in
            try scratch.write(Data(), "happy/a.jpg")
            try scratch.write(Data(), "happy/in/b.jpg")
            let files = FileManager.default
            try files.createSymbolicLink(
                atPath: scratch.path + "/happy/in/up", withDestinationPath: scratch.path + "/happy")
            try files.createSymbolicLink(
                atPath: scratch.path + "/happy/self", withDestinationPath: ".")
            try files.createSymbolicLink(
                atPath: scratch.path + "/linked", withDestinationPath: scratch.path + "/happy/in")
            try files.createSymbolicLink(
                atPath: scratch.path + "/happy/gone.jpg", withDestinationPath: "nowhere")
            let folder = try ImageFolder(root: scratch.path)
            #expect(folder.classes == ["happy", "linked"])
            let names = folder.files.map(\.file)
            #expect(names == ["happy/a.jpg", "happy/gone.jpg", "happy/in/b.jpg", "linked/b.jpg"])
        }
    }

    /// A folder that links to itself, or to one that it is in, holds each picture once, and its classes are no more.
    @Test func circlesAreCountedOnce() throws {
        try withScratch { scratch in
            let root = scratch.path + "/data"
            for name in ["cat/a.jpg", "dog/b.jpg", "dog/in/c.jpg"] {
                try scratch.write(Data(), "data/" + name)
            }
            try scratch.write(Data(), "other/d.jpg")
            for (place, target) in [
                ("self", "."), ("up", ".."), ("cat/self", "."), ("cat/up", ".."),
                ("cat/top", "../.."),
                ("dog/in/up", ".."), ("dog/in/top", root),
            ] {
                try FileManager.default.createSymbolicLink(
                    atPath: root + "/" + place, withDestinationPath: target)
            }
            let folder = try ImageFolder(root: root)
            #expect(folder.classes == ["cat", "dog"])
            #expect(folder.files.map(\.file) == ["cat/a.jpg", "dog/b.jpg", "dog/in/c.jpg"])
        }
    }
}
