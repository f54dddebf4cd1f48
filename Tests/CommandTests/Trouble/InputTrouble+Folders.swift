import Formats
import Foundation

/// Folders of pictures that mean something else.
extension InputTrouble {
    private static let tune = "finetune --data d --weights none --size 32 -o m.safetensors"

    static let folders: [InputTrouble] = [
        InputTrouble(
            "one class", tune, status: 1,
            says: ["d: one class, 'cat', so there is nothing to tell apart"]
        ) { try TroubleFiles.pictures($0, ["d/cat/1.png", "d/cat/2.png"]) },
        InputTrouble(
            "a class without a readable picture", "data d --skip-unreadable --size 32", status: 1,
            says: ["none of the 2 pictures of class 'dog' can be read"]
        ) { folder in
            try TroubleFiles.pictures(folder, ["d/cat/1.png", "d/cat/2.png", "d/dog/1.png"])
            for name in ["1", "2"] {
                try Data("none".utf8).write(to: folder.appending(path: "d/dog/\(name).png"))
            }
        },
        InputTrouble(
            "the parts of a split for classes", tune, status: 1,
            says: [
                "d: 'test', 'train' and 'val' are the parts of a split, not classes",
                "winnow data d --split folders --manifest FILE", "give --manifest FILE", "d/train",
            ]
        ) { try TroubleFiles.pictures($0, parts(["train", "val", "test"])) },
        InputTrouble(
            "that split written down", "data d --split folders --manifest d/s.json --size 32",
            says: [
                "12 pictures in 2 classes", "d/s.json: leak-free, 8 train, 2 validation, 2 test",
            ]
        ) { try TroubleFiles.pictures($0, parts(["train", "val", "test"])) },
        InputTrouble(
            "a split without a test part",
            "data d --split folders --manifest d/s.json --size 32",
            says: ["'valid' is the test part: there is no other", "15% of 'train' are taken"]
        ) { try TroubleFiles.pictures($0, parts(["train", "valid"])) },
        InputTrouble(
            "classes that differ by case", "audit d", status: 1,
            says: ["classes 'Happy' and 'happy' differ only in form"]
        ) { try TroubleFiles.pictures($0, ["d/Happy/1.png", "d/happy/2.png", "d/sad/3.png"]) },
        InputTrouble(
            "classes that differ by case, described", "data d --size 32",
            says: ["the classes 'Happy' and 'happy' differ only in form, and are taken for 2"]
        ) { try TroubleFiles.pictures($0, ["d/Happy/1.png", "d/happy/2.png"]) },
        InputTrouble(
            "files that are no pictures", "data d --size 32",
            says: [
                "3 files left out that are no .jpg, .jpeg, .png or .webp by name: .heic 2, .txt 1"
            ]
        ) { folder in
            try TroubleFiles.pictures(folder, ["d/a/1.png", "d/b/2.png"])
            for name in ["a/x.heic", "b/y.HEIC", "b/notes.txt"] {
                try Data("x".utf8).write(to: folder.appending(path: "d/" + name))
            }
        },
    ]

    private static func parts(_ names: [String]) -> [String] {
        names.flatMap { part in
            ["cat", "dog"].flatMap { kind in
                (0..<(part == "train" ? 4 : 1)).map { "d/\(part)/\(kind)/\(part)\($0).png" }
            }
        }
    }

    /// Pictures that are something else than their names say, or damaged.
    static let pictures: [InputTrouble] =
        otherKinds + [
            InputTrouble(
                "WebP under .jpg is read", "predict m.safetensors p.jpg", says: ["p.jpg"],
                never: ["error"]
            ) { folder in
                try TroubleFiles.network(folder)
                try TroubleFiles.codec("lossy.webp", to: folder.appending(path: "p.jpg"))
            },
            InputTrouble(
                "predict with bad pictures among good ones, as JSON",
                "predict m.safetensors no.jpg good.png bad.png --json", status: 1,
                says: [
                    #""picture" : "good.png""#, "2 of 3 pictures cannot be read",
                    "no.jpg: No such file or directory", "bad.png: neither JPEG, PNG nor WebP",
                ]
            ) { folder in
                try TroubleFiles.network(folder)
                try TroubleFiles.pictures(folder, ["good.png"])
                try Data("text".utf8).write(to: folder.appending(path: "bad.png"))
            },
            InputTrouble(
                "a JPEG damaged in the middle", "audit d", status: 1,
                says: ["1 picture has damaged data", "a/1.jpg: decodes, but its data are damaged"],
                make: damagedJPEG),
        ]

    @Sendable private static func damagedJPEG(_ folder: URL) throws {
        try TroubleFiles.pictures(folder, ["d/a/2.png", "d/b/3.png"])
        let file = folder.appending(path: "d/a/1.jpg")
        try TroubleFiles.codec("ycc444.jpg", to: file)
        var bytes = try Data(contentsOf: file)
        let middle = bytes.count - 700
        bytes.replaceSubrange(middle..<middle + 300, with: Data(count: 300))
        try bytes.write(to: file)
    }

    private static let otherKinds: [InputTrouble] = [
        other("GIF", Array("GIF89a".utf8), "convert"),
        other(
            "BMP",
            Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [40]
                + [UInt8](repeating: 0, count: 20), "convert"),
        other("TIFF", [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], "convert"),
        other("HEIC", [0, 0, 0, 0x18] + Array("ftypheic".utf8), "heif-convert"),
        other("AVIF", [0, 0, 0, 0x18] + Array("ftypavif".utf8), "avifdec"),
    ]

    /// A file of another kind, among pictures that are read.
    private static func other(_ kind: String, _ bytes: [UInt8], _ tool: String) -> InputTrouble {
        InputTrouble(
            "\(kind) under .jpg", "predict m.safetensors bad.jpg good.png", status: 1,
            says: [
                "good.png", "1 of 2 pictures cannot be read",
                "bad.jpg: is \(kind), whatever its name", "\(tool) bad.jpg bad.png",
            ]
        ) { folder in
            try TroubleFiles.network(folder)
            try TroubleFiles.pictures(folder, ["good.png"])
            try Data(bytes).write(to: folder.appending(path: "bad.jpg"))
        }
    }
}
