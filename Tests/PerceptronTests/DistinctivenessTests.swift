import Core
import Foundation
import Testing

@testable import Perceptron

/// The printed example of Gedeon & Harris 1991: 6 units over 16 patterns.
struct PrintedExample: Decodable {
    struct Angle: Decodable {
        let a: Int
        let b: Int
        let angle: Double
    }
    let activations: [[Float]]
    let angles_degrees: [Angle]

    static func load() throws -> PrintedExample {
        let file = fixtures.appending(path: "gedeon-harris-1991.json")
        return try JSONDecoder().decode(PrintedExample.self, from: Data(contentsOf: file))
    }

    /// `[units][patterns]`.
    var units: [[Float]] { (0..<6).map { unit in activations.map { $0[unit] } } }
}

@Suite struct AngleTests {
    @Test func thePrintedAnglesComeOut() throws {
        let example = try PrintedExample.load()
        let hidden = HiddenActivations(units: example.units, activation: .sigmoid)
        let angles = UnitAngles(UnitVectors(hidden))
        #expect(angles.pairs.count == 15)
        for (pair, printed) in zip(angles.pairs, example.angles_degrees) {
            #expect((pair.first + 1, pair.second + 1) == (printed.a, printed.b))
            #expect(abs(pair.degrees - printed.angle) < 1.3)
        }
        let similar = angles.similar(below: 15).map { [$0.first + 1, $0.second + 1] }
        #expect(similar == [[5, 6], [1, 4]])
        let complementary = angles.complementary(above: 165).map { [$0.first + 1, $0.second + 1] }
        #expect(complementary == [[4, 6], [1, 5], [4, 5], [1, 6]])
    }

    /// Every count of units and patterns about a vector's width, against acos in plain loops.
    @Test(arguments: Activation.allCases)
    func anglesAreThePlainOnes(_ activation: Activation) {
        var generator = SplitMix64(seed: 7, stream: 0)
        for units in 1...6 {
            for patterns in [1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100] {
                let rows = (0..<units).map { _ in
                    (0..<patterns).map { _ in
                        let value = generator.uniform()
                        return activation == .tanh ? 2 * value - 1 : value * 3
                    }
                }
                let hidden = HiddenActivations(units: rows, activation: activation)
                let angles = UnitAngles(UnitVectors(hidden))
                #expect(angles.pairs.count == units * (units - 1) / 2)
                for pair in angles.pairs {
                    let expected = Self.plainAngle(rows[pair.first], rows[pair.second], activation)
                    #expect(abs(pair.degrees - expected) < 1e-5)
                }
            }
        }
    }

    static func plainAngle(_ a: [Float], _ b: [Float], _ activation: Activation) -> Double {
        func centred(_ row: [Float]) -> [Double] {
            let row = row.map(Double.init)
            switch activation {
            case .sigmoid: return row.map { $0 - 0.5 }
            case .tanh: return row.map { $0 / 2 }
            case .relu:
                let (low, high) = (row.min() ?? 0, row.max() ?? 0)
                return row.map { high > low ? ($0 - low) / (high - low) - 0.5 : 0 }
            }
        }
        let (u, v) = (centred(a), centred(b))
        var dot = 0.0, uu = 0.0, vv = 0.0
        for (x, y) in zip(u, v) {
            dot += x * y
            uu += x * x
            vv += y * y
        }
        guard uu > 0, vv > 0 else { return 90 }
        return acos(max(-1, min(1, dot / (uu * vv).squareRoot()))) * 180 / .pi
    }

    @Test func equalAnglesGoByLowerIndex() {
        // Four copies of one unit and one opposite: all similar pairs are at 0 degrees.
        let unit: [Float] = [0.9, 0.1, 0.7, 0.4]
        let opposite = unit.map { 1 - $0 }
        let hidden = HiddenActivations(
            units: [unit, unit, opposite, unit, unit], activation: .sigmoid)
        let angles = UnitAngles(UnitVectors(hidden))
        let similar = angles.similar(below: 15).map { [$0.first, $0.second] }
        #expect(similar == [[0, 1], [0, 3], [0, 4], [1, 3], [1, 4], [3, 4]])
        let complementary = angles.complementary(above: 165).map { [$0.first, $0.second] }
        #expect(complementary == [[0, 2], [1, 2], [2, 3], [2, 4]])
    }

    @Test func aUnitAtItsMiddleHasNoDirection() {
        let hidden = HiddenActivations(
            units: [[0.5, 0.5, 0.5], [0.1, 0.9, 0.3]], activation: .sigmoid)
        #expect(UnitAngles(UnitVectors(hidden)).pairs[0].degrees == 90)
    }
}
