import Core
import Datasets
import Foundation
import Models

/// Where a study's pictures come from, and what its networks start from.
package struct StudySource: Sendable {
    /// Pictures in class folders; with a manifest, the folder that its files are in.
    package var data: String?
    package var manifest: String?
    /// Whether pictures that cannot be read are left out, instead of refusing the data.
    package var skipUnreadable = false
    /// Files of weights, or ARCHITECTURE=FILE.
    package var weights: [String]
    /// Whether weights that no file is named for are trained on the study's own training pictures.
    package var pretrain: Bool

    package init(
        data: String?, manifest: String? = nil, skipUnreadable: Bool = false,
        weights: [String] = [], pretrain: Bool = false
    ) {
        (self.data, self.manifest, self.skipUnreadable) = (data, manifest, skipUnreadable)
        (self.weights, self.pretrain) = (weights, pretrain)
    }

    /// Whether pictures were named at all.
    package var isGiven: Bool { data != nil || manifest != nil }

    /// What a study of these pictures is called: their folder, or the manifest's name.
    package var name: String {
        let path = data ?? manifest.map { ($0 as NSString).deletingPathExtension } ?? "pictures"
        return URL(fileURLWithPath: path).lastPathComponent
    }

    /// Lists the pictures; none is opened.
    package func pictures() throws -> PictureSource {
        if let manifest { return try PictureSource(manifest: manifest, root: data) }
        guard let data else {
            throw StudyError(
                "name the pictures: `data` DIR (DIR/<class>/<picture>.jpg|png) or `manifest` FILE")
        }
        return try PictureSource(folder: data)
    }

    /// Reads every picture once.
    package func read(_ study: Study, _ host: StudyHost) throws -> PictureData {
        let source = try pictures()
        try source.requireClasses()
        let store = try host.read(source, .imageNet(size: study.size), skipUnreadable)
        return try PictureData(
            source, store, groups: study.groups,
            threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Files of weights by architecture; `main` is the one of a file that names none.
    ///
    /// - Throws: `StudyError` where one architecture is named twice.
    package func files(_ main: Architecture) throws -> [Architecture: String] {
        var files: [Architecture: String] = [:]
        for text in weights {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let named = parts.count == 2 ? Architecture(rawValue: parts[0]) : nil
            let (architecture, file) = named.map { ($0, parts[1]) } ?? (main, text)
            guard files.updateValue(file, forKey: architecture) == nil else {
                throw StudyError("`weights` names \(architecture.rawValue) twice")
            }
        }
        return files
    }

    /// The same as options of the program, for a worker, with the files that were found.
    func arguments(_ files: [Architecture: String]) -> [String] {
        var arguments: [String] = []
        // In one word each: a name may begin with a dash.
        if let data { arguments.append("--data=\(data)") }
        if let manifest { arguments.append("--manifest=\(manifest)") }
        if skipUnreadable { arguments.append("--skip-unreadable") }
        if pretrain { arguments.append("--pretrain") }
        for (architecture, file) in files.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            arguments += ["--weights", "\(architecture.rawValue)=\(file)"]
        }
        return arguments
    }
}
