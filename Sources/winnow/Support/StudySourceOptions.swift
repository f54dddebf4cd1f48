import ArgumentParser
import Datasets
import Foundation
import Networks
import Studies

/// The pictures of a study, and what its networks start from.
struct StudySourceOptions: ParsableArguments {
    @OptionGroup var pictures: DataOptions
    @Option(
        help: """
            Pretrained weights (.pth or .safetensors) of the study's network, or ARCHITECTURE=FILE; \
            may be repeated. Without them the official ones are fetched.
            """)
    var weights: [String] = []
    @Flag(
        help: """
            Where no weights are named, train them on the study's own training pictures: which \
            group (person, say) is it?
            """)
    var pretrain = false

    /// Files of weights by architecture.
    func files(_ main: Architecture) throws -> [Architecture: String] {
        var files: [Architecture: String] = [:]
        for text in weights {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let named = parts.count == 2 ? Architecture(rawValue: parts[0]) : nil
            let (architecture, file) = named.map { ($0, parts[1]) } ?? (main, text)
            guard files.updateValue(file, forKey: architecture) == nil else {
                throw ValidationError("--weights names \(architecture.rawValue) twice")
            }
        }
        return files
    }

    /// Where each architecture of a study starts, and the files that say so.
    func starts(
        _ study: Study
    ) throws -> (sources: [Architecture: PlanFacts.Source], files: [Architecture: String]) {
        var files = try files(study.architecture)
        var sources: [Architecture: PlanFacts.Source] = [:]
        for architecture in study.architectures {
            if files[architecture] == nil, pretrain {
                sources[architecture] = .task(.people(epochs: study.sourceEpochs))
                continue
            }
            let path = try files[architecture] ?? official(architecture)
            files[architecture] = path
            sources[architecture] = .file(
                hash: try NetworkFiles.sha256(URL(fileURLWithPath: path)))
        }
        return (sources, files)
    }

    private func official(_ architecture: Architecture) throws -> String {
        do {
            return try OfficialWeightsFile.path(architecture)
        } catch {
            throw StudyError(
                "\(error)\nName a file with --weights \(architecture.rawValue)=FILE, or train weights "
                    + "on the study's own pictures with --pretrain")
        }
    }

    /// Reads every picture once.
    func read(_ study: Study, isQuiet: Bool) throws -> PictureData {
        let source = try pictures.source()
        let store =
            isQuiet
            ? try source.store(
                .imageNet(size: study.size), skipUnreadable: pictures.skipUnreadable, prints: true)
            : try pictures.store(source, .imageNet(size: study.size), prints: true)
        return try PictureData(
            source, store, groups: study.groups, threads: MachineOptions.checked(threads: nil))
    }

    /// The same options for a worker, with the files that were found.
    func arguments(_ files: [Architecture: String]) -> [String] {
        var arguments: [String] = []
        if let data = pictures.data { arguments += ["--data", data] }
        if let manifest = pictures.manifest { arguments += ["--manifest", manifest] }
        if pictures.skipUnreadable { arguments.append("--skip-unreadable") }
        if pretrain { arguments.append("--pretrain") }
        for (architecture, file) in files.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            arguments += ["--weights", "\(architecture.rawValue)=\(file)"]
        }
        return arguments
    }
}
