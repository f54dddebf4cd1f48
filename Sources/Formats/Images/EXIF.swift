/// The one thing read from EXIF: the orientation (tag 0x0112 of the first directory; TIFF 6.0).
enum EXIF {
    /// The orientation in a TIFF block, 1...8; 1 where the block has none or is malformed.
    static func orientation(_ tiff: UnsafeRawBufferPointer) -> Int {
        guard tiff.count >= 8 else { return 1 }
        let little: Bool
        switch (tiff[0], tiff[1]) {
        case (0x49, 0x49): little = true
        case (0x4D, 0x4D): little = false
        default: return 1
        }
        func number(_ at: Int, _ size: Int) -> Int? {
            guard at >= 0, at <= tiff.count - size else { return nil }
            let digits = tiff[at..<at + size]
            return (little ? Array(digits.reversed()) : Array(digits))
                .reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2)
        else { return 1 }
        for entry in 0..<entries {
            let at = directory + 2 + 12 * entry
            guard let tag = number(at, 2) else { return 1 }
            guard tag == 0x0112 else { continue }
            guard number(at + 2, 2) == 3, number(at + 4, 4) == 1, let value = number(at + 8, 2),
                (1...8).contains(value)
            else { return 1 }
            return value
        }
        return 1
    }
}
