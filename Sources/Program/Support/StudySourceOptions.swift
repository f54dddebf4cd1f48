import ArgumentParser
import Models
import Studies

/// The pictures of a study, and what its networks start from.
struct StudySourceOptions: ParsableArguments {
    @OptionGroup var pictures: DataOptions
    @OptionGroup var start: StartOptions

    var source: StudySource { StudySource(pictures, start) }
}

/// What the networks of a study start from.
struct StartOptions: ParsableArguments {
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
}

extension StudySource {
    init(_ pictures: DataOptions, _ start: StartOptions) {
        self.init(
            data: pictures.data, manifest: pictures.manifest,
            skipUnreadable: pictures.skipUnreadable, weights: start.weights,
            pretrain: start.pretrain)
    }
}
