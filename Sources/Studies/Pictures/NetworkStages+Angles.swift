import Pruning

extension NetworkStages {
    /// Prunes at the smallest whole angle at which some layer loses `amount` of its filters (paper,
    /// section 3.3: 45 degrees went with 21.875% and 50 degrees with 50%).
    @discardableResult
    package func pruneAtAngle(
        _ parent: Stage, _ method: PruningMethod, reaching amount: Double
    ) throws -> (stage: Stage, record: PruningRecord) {
        let stage = Stage(
            .pruneAtAngle(method: method.name, reaching: amount), parents: [parent])
        let record = try store.perform(stage) { folder in
            let network = try network(parent)
            let layers = network.graph.prunableWeights()
            let angle = try AngleSearch.angle(for: amount, in: network.state, layers: layers)
            let masks = try method.masks(for: network, options: PruningOptions(angle: angle))
            try MaskFile.write(masks, to: folder)
            return PruningRecord(masks, angle: angle)
        }
        return (stage, record)
    }
}
