import Foundation

/// Names are bytes: what a file system takes, whatever a person or a program makes of it.
extension InputTrouble {
    static let names: [InputTrouble] = [
        InputTrouble(
            "a picture whose name is not UTF-8", "data d --size 32 --skip-unreadable",
            says: ["left out  a/caf\\xE9.png: its name is not UTF-8", "2 pictures in 2 classes"]
        ) { folder in
            try TroubleFiles.pictures(folder, ["d/a/1.png", "d/b/2.png"])
            try TroubleFiles.raw(
                folder, Array("d/a/caf".utf8) + [0xE9] + Array(".png".utf8), Array("x".utf8))
        },
        InputTrouble(
            "a class whose name is not UTF-8", "data d --size 32", status: 1,
            says: ["d/caf\\xE9/: its name is not UTF-8", "convmv"]
        ) { folder in
            try TroubleFiles.pictures(folder, ["d/a/1.png", "d/b/2.png"])
            TroubleFiles.rawFolder(folder, Array("d/caf".utf8) + [0xE9])
        },
        InputTrouble(
            "classes in two Unicode forms", "data d --size 32", status: 1,
            says: ["d/: two classes are named 'caf\u{E9}'", "NFC and NFD"]
        ) { try TroubleFiles.pictures($0, ["d/caf\u{E9}/1.png", "d/cafe\u{301}/2.png"]) },
        InputTrouble(
            "pictures in two Unicode forms", "audit d", status: 1,
            says: ["d/: two pictures are named 'a/\u{E9}.png'"]
        ) {
            try TroubleFiles.pictures($0, ["d/a/\u{E9}.png", "d/a/e\u{301}.png", "d/b/1.png"])
        },
        InputTrouble(
            "newlines in names", "predict m.safetensors", status: 1,
            says: ["x?y.png: neither JPEG, PNG nor WebP", "x?z.png"], never: ["x\ny.png"]
        ) { folder in
            try TroubleFiles.network(folder)
            try TroubleFiles.pictures(folder, ["x\nz.png"])
            try Data("text".utf8).write(to: folder.appending(path: "x\ny.png"))
        }.with(["x\ny.png", "x\nz.png"]),
        InputTrouble(
            "names that begin with a dash", "data --size 32 -- -d",
            says: ["2 pictures in 2 classes"]
        ) { try TroubleFiles.pictures($0, ["-d/-a/-1.png", "-d/-b/-2.png"]) },
        InputTrouble(
            "pictures that differ by case only", "data d --size 32",
            says: ["3 pictures in 2 classes"]
        ) { try TroubleFiles.pictures($0, ["d/a/X.png", "d/a/x.png", "d/b/1.png"]) },
        InputTrouble(
            "one class twice in a network", "predict m.safetensors p.png", status: 1,
            says: ["its list of class names has one twice"]
        ) { folder in
            try TroubleFiles.network(folder)
            try TroubleFiles.pictures(folder, ["p.png"])
            let file = folder.appending(path: "m.safetensors")
            var bytes = try Data(contentsOf: file)
            if let place = bytes.range(of: Data(#"[\"a\",\"b\"]"#.utf8)) {
                bytes.replaceSubrange(place, with: Data(#"[\"a\",\"a\"]"#.utf8))
            }
            try bytes.write(to: file)
        },
    ]

    /// The same call with these words behind it, spaces or line ends in them or not.
    private func with(_ words: [String]) -> InputTrouble {
        InputTrouble(self, call: call + words)
    }

    private init(_ other: InputTrouble, call: [String]) {
        (name, self.call, status) = (other.name, call, other.status)
        (says, never, make) = (other.says, other.never, other.make)
    }
}
