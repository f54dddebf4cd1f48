import Core
import Foundation
import Models
import Torch

/// A training that several processes share begins, and ends, with the same numbers in all of them.
extension Trainer {
    /// What a process that read no files must know.
    private struct Standing: Codable {
        var history: [EpochRecord]
        var steps: Int
    }

    /// All processes go on from where process 0 stands, whatever files they see.
    package func align() throws {
        guard let team else { return }
        try team.together {
            let own = team.leads ? Standing(history: history, steps: optimizer.steps) : nil
            let text = try team.group.bytes(own.map { Array(try JSONEncoder().encode($0)) })
            let standing = try JSONDecoder().decode(Standing.self, from: Data(text))
            for (_, tensor) in network.state.entries + optimizer.state.entries {
                try team.group.broadcast(tensor)
            }
            (history, best) = (standing.history, team.leads ? best : nil)
            optimizer.restored(steps: standing.steps)
        }
    }

    /// The weights that the run leaves, as process 0 has them.
    package func shared() throws -> StateDictionary {
        let state = try kept.copied()
        if let team {
            try team.together {
                for (_, tensor) in state.entries { try team.group.broadcast(tensor) }
            }
        }
        return state
    }
}

extension Team {
    /// - Parameter what: a text that must be the same everywhere: what is trained, on what, and how.
    /// - Throws: `TrainingError` where the processes were not given the same.
    package func requireAgreement(on what: String) throws {
        let isSame = try together { try group.agree(on: Array(ContentHash.sha256(what).utf8)) }
        guard isSame else {
            throw TrainingError(
                "the \(group.size) processes were not given the same pictures, weights and settings: start all of them "
                    + "with the same command, and files that are the same on every machine")
        }
    }
}
