import Datasets
import Foundation
import Models
import Testing
import Torch

@testable import Training

/// Training that also follows another network's scores.
@Suite struct DistillationTests {
    /// The loss and its gradient by the formula (Hinton et al. 2015), in plain numbers.
    @Test(arguments: [(0.3, 2.0), (1, 1), (0.5, 4)])
    func theLossIsTheFormula(_ weight: Double, _ temperature: Double) throws {
        let (a, b): ([Double], [Double]) = ([1, -2, 0.5, 3, 0, -1], [0.2, 0.1, -1, 2, 2, 0])
        let labels: [Int64] = [2, 0]
        let scores = try Tensor(a.map { Float($0) }, [2, 3]).requiresGrad_()
        let own = try crossEntropy(scores, Tensor(labels, [2]))
        let settings = try #require(try Distillation(weight: weight, temperature: temperature))
        let loss = try settings.loss(
            own: own, scores, teacher: Tensor(b.map { Float($0) }, [2, 3]))
        try loss.backward()
        func probabilities(_ row: ArraySlice<Double>, _ t: Double) -> [Double] {
            let exps = row.map { exp($0 / t) }
            return exps.map { $0 / exps.reduce(0, +) }
        }
        var (expected, slopes): (Double, [Double]) = (0, [])
        for row in 0..<2 {
            let place = (row * 3)..<(row * 3 + 3)
            let (p, t) = (probabilities(a[place], 1), probabilities(b[place], temperature))
            let cold = probabilities(a[place], temperature)
            expected -= (1 - weight) * log(p[Int(labels[row])]) / 2
            for k in 0..<3 {
                expected -= weight * temperature * temperature * t[k] * log(cold[k]) / 2
                slopes.append(
                    (1 - weight) * (p[k] - (k == Int(labels[row]) ? 1 : 0)) / 2
                        + weight * temperature * (cold[k] - t[k]) / 2)
            }
        }
        #expect(abs(try loss.item() - expected) < 1e-5)
        for (found, slope) in zip(try #require(scores.grad).values(Float.self), slopes) {
            #expect(abs(Double(found) - slope) < 1e-5)
        }
    }

    /// A student of itself with all weight on the teacher stays where it is: no gradient pulls.
    @Test func aTeacherIsNeededAndItsOwnStudentStays() throws {
        let store = try tinyStore()
        let pictures = Subset(store, pictures: Array(0..<store.count))
        var options = TrainingOptions(epochs: 1, batchSize: 8, learningRate: 0.1)
        options.distillation = try Distillation(weight: 0.5)
        let model = try Model(.resnet18, tinyState(), size: 32, classes: store.classes)
        let error = #expect(throws: TrainingError.self) {
            try Trainer(model, train: pictures, validation: pictures, options: options)
        }
        #expect(error?.description.contains("needs a teacher") == true)
        let trainer = try Trainer(
            model, train: pictures, validation: pictures, options: options, teacher: model)
        try trainer.run()
        #expect(trainer.history.count == 1)
        options.distillation = nil
        let plain = try Trainer(model, train: pictures, validation: pictures, options: options)
        try plain.run()
        #expect(try !plain.network.state.isBitwiseEqual(to: trainer.network.state))
    }

    @Test func weightsOutOfRangeAreRefused() throws {
        #expect(try Distillation(weight: 0) == nil)
        for weight in [-0.1, 1.1, .nan] {
            #expect(throws: TrainingError.self) { _ = try Distillation(weight: weight) }
        }
    }
}
