import Foundation
import Models
import Pruning
import Torch
import Training

/// What a network costs for one picture.
public struct Cost: Sendable, Hashable {
    /// Numbers that training changes.
    public let parameters: Int
    /// Those of them that are not zero.
    public let nonzeroParameters: Int
    /// Multiply-adds of convolutions and products.
    public let macs: Int
    /// Those of them with a weight that is not zero.
    public let nonzeroMACs: Int
}

/// How right a network is on some pictures.
public struct Accuracy: Sendable, Hashable {
    /// Fraction right, 0...1.
    public let fraction: Double
    /// Mean over the classes of the F1 score.
    public let macroF1: Double
    /// Mean cross-entropy.
    public let loss: Double
    /// Pictures.
    public let count: Int
}

extension Network {
    /// Parameters and multiply-adds for one picture.
    ///
    /// - Parameter size: height and width in pixels, where the network takes any.
    public func cost(size: Int? = nil) throws -> Cost {
        try WinnowError.wrapping {
            let side = try side(size)
            let cost = try NetworkCost(model, height: side, width: side)
            return Cost(
                parameters: cost.parameters, nonzeroParameters: cost.nonzeroParameters,
                macs: cost.macs, nonzeroMACs: cost.nonzeroMACs)
        }
    }

    /// Measures it on the test part of pictures. Look once, at the end.
    public func accuracy(on pictures: Pictures) throws -> Accuracy {
        try WinnowError.wrapping {
            try check(pictures)
            let parts = try pictures.data.parts(pictures.plan)
            let found = try Evaluator(pictures.data.store.preprocessing, device: .cpu).measure(
                Executor(frozen: model), parts.test ?? parts.validation)
            return Accuracy(
                fraction: found.accuracy, macroF1: found.macroF1, loss: found.loss,
                count: found.count)
        }
    }

    /// Class scores of pictures: a row a picture, in the order of `classes`.
    ///
    /// - Parameters:
    ///   - pictures: each of 3 x size x size numbers, prepared as the network was trained on: red, green and blue
    ///     planes, each row by row.
    ///   - size: height and width in pixels, where the network takes any.
    public func scores(_ pictures: [[Float]], size: Int? = nil) throws -> [[Float]] {
        try WinnowError.wrapping {
            let side = try side(size)
            if let wrong = pictures.first(where: { $0.count != 3 * side * side }) {
                throw WinnowError(
                    "a picture of \(wrong.count) numbers; expected 3 x \(side) x \(side) = "
                        + "\(3 * side * side)")
            }
            guard !pictures.isEmpty else { return [] }
            let x = try Tensor(pictures.flatMap { $0 }, [pictures.count, 3, side, side])
            let scores = try noGrad { try Executor(model).forward(x, training: false) }
            let numbers: [Float] = try scores.values()
            let width = numbers.count / pictures.count
            return pictures.indices.map { Array(numbers[($0 * width)..<(($0 + 1) * width)]) }
        }
    }

    /// Median seconds of one picture's forward pass on this machine, after three that are not counted.
    public func latency(size: Int? = nil, repeats: Int = 21) throws -> Double {
        try WinnowError.wrapping {
            let side = try side(size)
            return try Latency.median(model, side: side, repeats: repeats, device: .cpu)
        }
    }

    private func side(_ size: Int?) throws -> Int {
        guard let side = size ?? self.size else {
            throw WinnowError("the network takes pictures of any size: say which")
        }
        return side
    }
}
