import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Studies

/// Where a study's pictures come from, and what its networks start from.
struct StudySource {
    var pictures: DataOptions
    /// Files of weights, or ARCHITECTURE=FILE.
    var weights: [String]
    /// Whether weights that no file is named for are trained on the study's own training pictures.
    var pretrain: Bool

    init(_ pictures: DataOptions, _ start: StartOptions) {
        self.pictures = pictures
        weights = start.weights
        pretrain = start.pretrain
    }

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
            return try StartWeightsFile.path(architecture)
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

extension StudySource {
    /// Finds every file of weights that the study needs, fetching what is not there.
    ///
    /// What cannot be had is done without, and said: a ResNet-18 starts from the weights that come
    /// with Winnow. Others are trained on another task on the embedded pictures (`substitutes`); on a
    /// person's own, the network that the study is about must have its weights, and a second
    /// architecture without them is left out.
    func settled(
        _ study: Study, substitutes: Bool
    ) throws -> (source: StudySource, study: Study) {
        var (source, study) = (self, study)
        var files = try files(study.architecture)
        for architecture in study.architectures where files[architecture] == nil && !pretrain {
            do {
                files[architecture] = try StartWeightsFile.path(architecture)
            } catch let error as OfficialWeightsError where error.isOutOfReach {
                Console.note("  weights  \(error)")
                if substitutes {
                    source.pretrain = true
                    Console.note(
                        "  weights  \(architecture.rawValue) is pretrained on another task instead: a "
                            + "substitute")
                } else if architecture == study.architecture {
                    throw StudyError(
                        "no weights to start from. Name a file with --weights FILE, or train weights "
                            + "on the study's own pictures with --pretrain")
                } else {
                    study = study.without(architecture)
                    Console.note(
                        "  weights  left out: \(study.reductions.last?.text ?? ""). To have it, "
                            + "name a file with --weights \(architecture.rawValue)=FILE")
                }
            }
        }
        source.weights = files.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        return (source, study)
    }
}

/// The weights that an architecture starts from where no file is named.
enum StartWeightsFile {
    /// The official file, fetched if it is not in the cache; where that cannot be, the one that comes
    /// with Winnow, which is said in one line.
    static func path(_ architecture: Architecture) throws -> String {
        do {
            return try OfficialWeightsFile.path(architecture)
        } catch let error as OfficialWeightsError
            where error.isOutOfReach && architecture == EmbeddedWeights.architecture
        {
            let file = try EmbeddedWeights.locate()
            Console.note(
                "  weights  \(architecture.rawValue) starts from Data/weights/\(EmbeddedWeights.file): "
                    + "ImageNet's cannot be fetched here (winnow weights \(architecture.rawValue) "
                    + "says why)")
            return file.path
        }
    }
}

extension OfficialWeightsError {
    /// Whether nobody at this machine could have done better: a stop, a full disk or a wrong setting
    /// is for the person to mend.
    var isOutOfReach: Bool {
        switch kind {
        case .unreachable, .refused, .cutOff, .damaged, .stale: true
        case .interrupted, .storage, .settings: false
        }
    }
}
