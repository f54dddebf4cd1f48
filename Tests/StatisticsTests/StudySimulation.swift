import Core
import Foundation

@testable import Statistics

/// A study with a known answer: people are dealt to the seeds, each with seven pictures; network B is
/// right less often than A by `loss`, give or take what belongs to the seed and to the person.
struct StudySimulation {
    var seeds: Int
    var people: Int
    /// How often the unpruned network is right, 0 to 1.
    var accuracy: Double
    /// How much less often B is.
    var loss: Double
    /// Share of pictures that the networks answer differently without one being better.
    var churn = 0.25
    /// Standard deviations of the loss over seeds and over people.
    var seedSpread = 0.0
    var personSpread = 0.0
    var seed: UInt64

    private static let pictures = 7

    /// B less A, picture by picture: 1, 0 or -1.
    func difference() -> CrossedSample {
        var random = SplitMix64(seed: seed, name: "study")
        let bySeed = (0..<seeds).map { _ in seedSpread * Self.normal(&random) }
        var sample = CrossedSample()
        for person in 0..<people {
            let own = personSpread * Self.normal(&random)
            let turn = person % seeds
            let shift = max(-churn, min(churn, -loss + bySeed[turn] + own))
            for _ in 0..<Self.pictures {
                let draw = Self.uniform(&random)
                let better = (churn + shift) / 2
                let value = draw < better ? 1.0 : draw < churn ? -1 : 0
                sample.add(seed: turn, group: person, value: value)
            }
        }
        return sample
    }

    static func uniform(_ random: inout SplitMix64) -> Double {
        Double(random.next() >> 11) / Double(1 << 53)
    }

    /// Box and Muller's.
    static func normal(_ random: inout SplitMix64) -> Double {
        (-2 * log(1 - uniform(&random))).squareRoot() * cos(2 * .pi * uniform(&random))
    }
}
