import Models
import Torch
import Training

/// One kind of generator in training.
protocol Learner: AnyObject {
    /// What `step` returns, in order, as progress and records call it.
    static var losses: [String] { get }
    /// Networks by a word each, trained in place: all that a checkpoint holds beside the optimisers' memory.
    var networks: [(word: String, network: Executor)] { get }
    var optimizers: [(word: String, optimizer: Optimizer)] { get }
    /// The network that makes pictures, as it would be kept now.
    func made() throws -> Model
    /// One step on pictures from -1 to 1 [N, 3, S, S] and their classes.
    ///
    /// - Parameters:
    ///   - rate: the learning rate.
    ///   - progress: of all epochs, 0 to 1.
    func step(
        _ pictures: Tensor, _ labels: [Int], rate: Double, progress: Double, _ draw: Draw
    ) throws -> [Double]
}

/// What one epoch draws from: of seed and epoch alone, so that a resumed run draws what an undisturbed one does.
struct Draw {
    let generator: Generator
    let seed: UInt64
    let epoch: Int

    init(seed: UInt64, epoch: Int) throws {
        generator = try Generator(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(epoch))
        (self.seed, self.epoch) = (seed, epoch)
    }
}

extension Learner {
    /// Every tensor of the training, by name.
    var state: StateDictionary {
        StateDictionary(
            networks.flatMap { word, network in
                network.state.entries.map { ("\(word).\($0.name)", $0.tensor) }
            }
                + optimizers.flatMap { word, optimizer in
                    optimizer.state.entries.map { ("\(word).\($0.name)", $0.tensor) }
                })
    }
}

/// Classes as rows of zeros with a one: [N, classes].
func oneHot(_ labels: [Int], _ classes: Int) throws -> Tensor {
    var values = [Float](repeating: 0, count: labels.count * classes)
    for (row, label) in labels.enumerated() { values[row * classes + label] = 1 }
    return try Tensor(values, [labels.count, classes])
}

/// A fresh network with gradients for what training changes, in the order of memory that kernels read.
func trainable(_ graph: Graph, seed: UInt64) throws -> Executor {
    let model = try Model(graph, graph.initialState(seed: seed).placed(on: .cpu))
    for name in model.trained { try model.state.require(name).requiresGrad_() }
    return try Executor(model)
}

extension Executor {
    /// What training changes, by name.
    func parameters() throws -> [(String, Tensor)] {
        try model.trained.map { ($0, try state.require($0)) }
    }
}
