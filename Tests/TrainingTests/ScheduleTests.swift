import Foundation
import Testing

@testable import Training

@Suite struct ScheduleTests {
    /// StepLR's own recurrence: times gamma whenever the epoch is a multiple of the step size.
    @Test(arguments: [(1, 0.5), (3, 0.1), (7, 0.1), (30, 0.3)])
    func stepIsStepLR(_ every: Int, _ gamma: Double) {
        var rate = 1.0
        for epoch in 0..<25 {
            if epoch > 0 && epoch % every == 0 { rate *= gamma }
            let factor = LearningRateSchedule.step(every: every, gamma: gamma)
                .factor(epoch: epoch, of: 25)
            #expect(abs(factor - rate) <= 1e-14 * rate)
        }
    }

    /// CosineAnnealingLR's recurrence with a least rate of 0.
    @Test func cosineIsCosineAnnealingLR() {
        let total = 12
        var rate = 1.0
        for epoch in 0..<total {
            if epoch > 0 {
                let (now, last) = (Double(epoch) / 12, Double(epoch - 1) / 12)
                rate *= (1 + cos(Double.pi * now)) / (1 + cos(Double.pi * last))
            }
            let factor = LearningRateSchedule.cosine.factor(epoch: epoch, of: total)
            #expect(abs(factor - rate) < 1e-12)
        }
        #expect(abs(LearningRateSchedule.cosine.factor(epoch: 6, of: 12) - 0.5) < 1e-15)
        #expect(LearningRateSchedule.cosine.factor(epoch: 12, of: 12) == 0)
    }

    @Test func aRunUsesItsSchedule() throws {
        var options = tinyOptions()
        options.schedule = .step(every: 2, gamma: 0.1)
        let trainer = try tinyTrainer(tinyStore(), options)
        try trainer.run()
        #expect(trainer.history.map(\.learningRate) == [0.01, 0.01, 0.01 * 0.1])
        #expect(LearningRateSchedule.constant.factor(epoch: 9, of: 10) == 1)
    }
}
