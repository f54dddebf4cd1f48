import Foundation

/// SciPy's numbers, written by Tests/Fixtures/make/statistics.py.
struct SciPyFixture: Decodable {
    struct Flips: Decodable {
        let differences: [Double]
        let p: Double
    }
    struct OneSided: Decodable {
        let values: [Double]
        let threshold: Double
        let above: Double
        let below: Double
        let interval90: [Double]
    }
    struct Crossed: Decodable {
        struct Cell: Decodable {
            let seed: Int
            let group: Int
            let sum: Int
            let count: Int
        }
        let cells: [Cell]
        let mean: Double
        let byGroup: Double
        let bySeed: Double
        let byCell: Double
        let error: Double
        let degrees: Double
        let interval: [Double]
    }
    let signFlips: [Flips]
    let oneSided: [OneSided]
    let crossed: [Crossed]
    let tails: [[Double]]
    let wilson: [[Double]]
    let normal: [[Double]]
    let sorted: [Double]
    let quantiles: [[Double]]

    static func load() throws -> SciPyFixture {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/statistics.json")
        return try JSONDecoder().decode(SciPyFixture.self, from: Data(contentsOf: file))
    }
}
