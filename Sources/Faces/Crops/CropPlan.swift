import Foundation

/// Where the crop of each picture goes, checked before any work begins.
struct CropPlan: Sendable {
    let root: URL
    let output: URL
    let options: CropOptions
    /// Pictures, relative to `root`.
    let pictures: [String]

    /// - Throws: `FaceError` when the folders lie in one another, or two pictures would make one crop.
    init(root: String, output: String, options: CropOptions, pictures: [String]) throws(FaceError) {
        self.root = URL(fileURLWithPath: root, isDirectory: true)
        self.output = URL(fileURLWithPath: output, isDirectory: true)
        self.options = options
        self.pictures = pictures
        try checkFolders(root, output)
        var owners: [String: String] = [:]
        for picture in pictures {
            let crop = Self.crop(of: picture, options.format)
            guard let other = owners.updateValue(picture, forKey: crop) else { continue }
            throw FaceError(
                "\(other) and \(picture) would both become \(crop): rename one of them, or leave "
                    + "out `format`")
        }
    }

    /// The crop's path, relative to `output`.
    static func crop(of picture: String, _ format: CropOptions.Format) -> String {
        let ending = (picture as NSString).pathExtension
        switch format {
        // WebP is read, not written.
        case .same where ending.lowercased() == "webp":
            return picture.dropLast(ending.count) + "png"
        case .same: return picture
        case .png: return picture.dropLast(ending.count) + "png"
        case .jpeg:
            let isJPEG = ["jpg", "jpeg"].contains(ending.lowercased())
            return isJPEG ? picture : picture.dropLast(ending.count) + "jpg"
        }
    }

    /// Whether a crop of that name is a PNG file.
    static func isPNG(_ crop: String) -> Bool {
        (crop as NSString).pathExtension.lowercased() == "png"
    }

    private func checkFolders(_ root: String, _ output: String) throws(FaceError) {
        let from = Self.resolved(self.root)
        let to = Self.resolved(self.output)
        guard !from.starts(with: to), !to.starts(with: from) else {
            throw FaceError(
                "\(output): crops of \(root) cannot go to the same folder, nor to one inside or "
                    + "above it: pictures would be overwritten. Choose another folder")
        }
    }

    /// The parts of a path without links, also of one that does not exist yet.
    private static func resolved(_ url: URL) -> [String] {
        var existing = url.standardized
        var missing: [String] = []
        while existing.pathComponents.count > 1,
            !FileManager.default.fileExists(atPath: existing.path)
        {
            missing.insert(existing.lastPathComponent, at: 0)
            existing.deleteLastPathComponent()
        }
        return existing.resolvingSymlinksInPath().pathComponents + missing
    }

    /// Throws when a crop's place is taken by a file that no earlier run wrote.
    func refuseStrangers(_ known: [String: CropRecord]) throws(FaceError) {
        let own = Set(known.values.compactMap(\.crop))
        let strangers = pictures.map { Self.crop(of: $0, options.format) }.filter { crop in
            !own.contains(crop)
                && FileManager.default.fileExists(atPath: output.appending(path: crop).path)
        }
        guard let first = strangers.first else { return }
        throw FaceError(
            "\(output.path): \(strangers.count) files lie where crops would go (the first: "
                + "\(first)) and are not crops of an earlier run. Choose an empty folder, or remove "
                + "them")
    }
}
