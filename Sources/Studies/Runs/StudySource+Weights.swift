import Core
import Foundation
import Models

extension StudySource {
    /// Where each architecture of a study starts, and the files that say so.
    package func starts(_ study: Study, _ host: StudyHost) throws -> StudyRun.Starts {
        var files = try files(study.architecture)
        var sources: [Architecture: PlanFacts.Source] = [:]
        for architecture in study.architectures {
            if files[architecture] == nil, pretrain {
                sources[architecture] = .task(.people(epochs: study.sourceEpochs))
                continue
            }
            let path = try files[architecture] ?? found(architecture, host)
            files[architecture] = path
            // The workers read it again, and have no one to tell.
            _ = try? Pretrained.read(
                URL(fileURLWithPath: path), architecture, size: study.size, replacesHead: true
            ) { host.note("  weights  \($0)") }
            sources[architecture] = .file(hash: try WeightsFile.sha256(URL(fileURLWithPath: path)))
        }
        return (sources, files)
    }

    private func found(_ architecture: Architecture, _ host: StudyHost) throws -> String {
        do {
            return try StartWeightsFile.path(architecture, host)
        } catch {
            throw StudyError(
                "\(error)\nName a file with `weights` \(architecture.rawValue)=FILE, or train weights "
                    + "on the study's own pictures with `pretrain`")
        }
    }

    /// Finds every file of weights that the study needs, fetching what is not there.
    ///
    /// What cannot be had is done without, and said: a ResNet-18 starts from the weights that come
    /// with Winnow. Others are trained on another task on the embedded pictures (`substitutes`); on a
    /// person's own, the network that the study is about must have its weights, and a second
    /// architecture without them is left out.
    package func settled(
        _ study: Study, substitutes: Bool, _ host: StudyHost
    ) throws -> (source: StudySource, study: Study) {
        var (source, study) = (self, study)
        var files = try files(study.architecture)
        for architecture in study.architectures where files[architecture] == nil && !pretrain {
            do {
                files[architecture] = try StartWeightsFile.path(architecture, host)
            } catch let error as OfficialWeightsError where error.isOutOfReach {
                host.note("  weights  \(error)")
                if substitutes {
                    source.pretrain = true
                    host.note(
                        "  weights  \(architecture.rawValue) is pretrained on another task instead: a "
                            + "substitute")
                } else if architecture == study.architecture {
                    throw StudyError(
                        "no weights to start from. Name a file with `weights`, or train weights on "
                            + "the study's own pictures with `pretrain`")
                } else {
                    study = study.without(architecture)
                    host.note(
                        "  weights  left out: \(study.reductions.last?.text ?? ""). To have it, "
                            + "name a file with `weights` \(architecture.rawValue)=FILE")
                }
            }
        }
        source.weights = files.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        return (source, study)
    }
}

/// The weights that an architecture starts from where no file is named.
package enum StartWeightsFile {
    /// The official file, fetched if it is not in the cache; where that cannot be, the one that comes
    /// with Winnow, which is said in one line.
    package static func path(_ architecture: Architecture, _ host: StudyHost) throws -> String {
        do {
            return try host.official(architecture)
        } catch let error as OfficialWeightsError
            where error.isOutOfReach && architecture == EmbeddedWeights.architecture
        {
            let file = try EmbeddedWeights.locate()
            host.note(
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
