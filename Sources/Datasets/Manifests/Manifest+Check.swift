extension Manifest {
    /// Throws where an entry is impossible or contradicts another.
    func check() throws(DatasetError) {
        guard version == Self.version else {
            throw DatasetError(
                "version \(version) is not known; this program reads version \(Self.version)")
        }
        guard !classes.isEmpty, Set(classes).count == classes.count else {
            throw DatasetError("\"classes\" must name each class once; found \(classes)")
        }
        guard !pictures.isEmpty else { throw DatasetError("\"pictures\" is empty") }
        let known = Set(classes)
        var firsts: [String: ManifestPicture] = [:]
        var seen: Set<String> = []
        let whole = pictures[0].split == nil
        for (index, picture) in pictures.enumerated() {
            try check(picture, known, at: index)
            guard seen.insert("\(picture.copy) \(picture.file)").inserted else {
                throw DatasetError("picture \(index), '\(picture.file)': listed twice")
            }
            if let first = firsts[picture.file] {
                guard first.sha256 == picture.sha256, first.label == picture.label,
                    first.group == picture.group
                else {
                    throw DatasetError(
                        "picture \(index), '\(picture.file)': its copies differ in hash, label or "
                            + "group")
                }
            }
            firsts[picture.file] = picture
            guard (picture.split == nil) == whole else {
                throw DatasetError(
                    "picture \(index), '\(picture.file)': either all pictures have a \"split\" or "
                        + "none has")
            }
        }
    }

    private func check(
        _ picture: ManifestPicture, _ known: Set<String>, at index: Int
    ) throws(DatasetError) {
        let reason: String
        if !Self.isInside(picture.file) {
            reason = "expected a path below the data set's folder, without '..'"
        } else if picture.sha256.utf8.count != 64
            || !picture.sha256.utf8.allSatisfy(Self.isHexadecimal)
        {
            reason = "\"sha256\" must be 64 hexadecimal digits in lower case"
        } else if !known.contains(picture.label) {
            reason = "label '\(picture.label)' is not among the classes \(classes)"
        } else if !(0..<1_000_000).contains(picture.copy) {
            reason = "\"copy\" \(picture.copy) is out of range"
        } else {
            return
        }
        throw DatasetError("picture \(index), '\(picture.file)': \(reason)")
    }

    /// Whether a relative path stays below its root.
    private static func isInside(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private static func isHexadecimal(_ digit: UInt8) -> Bool {
        (0x30...0x39).contains(digit) || (0x61...0x66).contains(digit)
    }
}
