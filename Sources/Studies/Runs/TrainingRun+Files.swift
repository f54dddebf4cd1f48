import Foundation
import Models

/// Training runs that begin and end with files.
extension TrainingRun {
    /// Fine-tunes a network for the classes of the pictures. The state that training began with is kept beside it,
    /// as `<output>.initial.safetensors`, for rewinding.
    ///
    /// - Parameter restoresNorms: whether batch norm is put back where an exporter folded it away.
    package func fineTune(
        _ start: StartingNetwork, restoresNorms: Bool = false
    ) throws -> Outcome {
        let start = try start.fitted(
            to: data, plan, seed: options.seed, restoresNorms: restoresNorms, note: onEvent)
        try prepare()
        let hash = try identity(of: start)
        var (network, outcome) = try train(start, identity: hash)
        guard leads else { return outcome }
        let initial = Self.initial(of: output)
        try network.record(
            InitialReference(file: initial.lastPathComponent, sha256: hash), as: "initial")
        try start.write(to: initial)
        try keep(&network)
        return outcome
    }

    /// Trains what pruning left of a network; what is pruned stays so, in every process that trains it.
    package func retrain(_ start: PrunedNetwork) throws -> Outcome {
        try prepare()
        var (network, outcome) = try train(start.model, identity: start.identity)
        if leads { try keep(&network) }
        return outcome
    }

    /// Writes the starting state aside, and tells its hash; a process that writes nothing is told it.
    private func identity(of start: Model) throws -> String {
        func written() throws -> String {
            try start.write(to: initialAside)
            return try WeightsFile.sha256(initialAside)
        }
        guard let team else { return try written() }
        let own = leads ? Array(try written().utf8) : nil
        return String(decoding: try team.together { try team.group.bytes(own) }, as: UTF8.self)
    }

    /// Writes the network that came of it, and removes the unfinished run.
    private func keep(_ network: inout Model) throws {
        try network.record(options, as: "training")
        try network.write(to: output)
        finish()
    }
}
