import Models

/// Weights that a network starts from, and where they came from.
package struct StartWeights {
    package let state: StateDictionary
    /// SHA-256 of their file; the identity of the stage that made them where one did.
    package let identity: String
    /// The stage that made them; nil for a file.
    package let stage: Stage?

    /// Weights from a file.
    package init(_ state: StateDictionary, hash: String) {
        self.state = state
        identity = hash
        stage = nil
    }

    /// Weights that a stage of the study made.
    package init(_ state: StateDictionary, madeBy stage: Stage) {
        self.state = state
        identity = stage.id
        self.stage = stage
    }
}
