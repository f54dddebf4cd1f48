import Foundation
import Testing

@testable import Features

private struct PCACase: Decodable {
    var rows: [[Double]]
    var mean: [Double]
    var components: [[Double]]
    var explainedVariance: [Double]
    var explainedVarianceRatio: [Double]
    var other: [[Double]]
    var scores: [[Double]]
}

@Suite struct PCATests {
    @Test func resultsAreThoseOfScikitLearn() throws {
        let cases = try Fixture.load("features_pca.json", as: [PCACase].self)
        #expect(cases.count == 5)
        for expected in cases {
            let pca = try PCA.fit(
                FeatureMatrix(expected.rows), components: expected.components.count)
            expectClose(pca.mean, expected.mean, 1e-12)
            for (found, wanted) in zip(pca.components, expected.components) {
                expectClose(found, wanted, 1e-9)
            }
            expectClose(pca.explainedVariance, expected.explainedVariance, 1e-9)
            expectClose(pca.explainedVarianceRatio, expected.explainedVarianceRatio, 1e-12)
            let scores = try pca.transform(FeatureMatrix(expected.other))
            expectClose(scores.values, expected.scores.flatMap { $0 }, 1e-8)
        }
    }

    @Test func itSurvivesJSON() throws {
        let pca = try PCA.fit(FeatureMatrix([[1, 2], [3, 5], [4, 1]]), components: 2)
        let back = try JSONDecoder().decode(PCA.self, from: JSONEncoder().encode(pca))
        #expect(back == pca)
    }

    @Test(arguments: [
        #"{"mean":[1,2],"components":[[1]],"explainedVariance":[1],"explainedVarianceRatio":[1]}"#,
        #"{"mean":[1],"components":[[1]],"explainedVariance":[],"explainedVarianceRatio":[1]}"#,
        #"{"mean":[1],"components":[[1]]}"#,
    ])
    func aDamagedFileIsRefused(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(PCA.self, from: Data(text.utf8))
        }
    }

    @Test func rowsOnALineHaveOneComponent() throws {
        let line = try FeatureMatrix((0..<8).map { [Double($0), 2 * Double($0), 5] })
        let pca = try PCA.fit(line, components: 1)
        expectClose(pca.components[0], [1 / 5.0.squareRoot(), 2 / 5.0.squareRoot(), 0], 1e-12)
        #expect(abs(pca.explainedVarianceRatio[0] - 1) < 1e-12)
        #expect(throws: FeatureError.rankTooLow(components: 2, rank: 1, rows: 8)) {
            try PCA.fit(line, components: 2)
        }
    }

    @Test func equalRowsAreRefused() throws {
        let rows = try FeatureMatrix(Array(repeating: [1.0, 2, 3], count: 6))
        #expect(throws: FeatureError.rankTooLow(components: 1, rank: 0, rows: 6)) {
            try PCA.fit(rows, components: 1)
        }
    }

    @Test func badRowsAreRefused() throws {
        #expect(throws: FeatureError.self) { try FeatureMatrix([[1, 2], [3]]) }
        let one = try FeatureMatrix([[1, 2]])
        #expect(throws: FeatureError.self) { try PCA.fit(one, components: 1) }
        let holes = try FeatureMatrix([[1, 2], [3, .infinity], [0, 0]])
        #expect(throws: FeatureError.notFinite(row: 1, column: 1, value: .infinity)) {
            try PCA.fit(holes, components: 1)
        }
        let huge = try FeatureMatrix([[1e200, 0], [-1e200, 1], [0, 3]])
        #expect(throws: FeatureError.self) { try PCA.fit(huge, components: 1) }
        let three = try FeatureMatrix([[1, 2], [3, 4], [0, 1]])
        #expect(throws: FeatureError.self) { try PCA.fit(three, components: 0) }
        #expect(throws: FeatureError.self) { try PCA.fit(three, components: 3) }
        let pca = try PCA.fit(three, components: 1)
        #expect(throws: FeatureError.self) { try pca.transform(FeatureMatrix([[1, 2, 3]])) }
    }
}
