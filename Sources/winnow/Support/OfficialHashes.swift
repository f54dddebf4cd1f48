/// torchvision's IMAGENET1K files begin their SHA-256 with the digits in their names.
enum OfficialHashes {
    static let prefixes = ["f37072fd", "b627a593", "0676ba61", "11ad3fa6"]

    static func isOfficial(_ hash: String) -> Bool {
        prefixes.contains { hash.hasPrefix($0) }
    }
}
