import Core
import Foundation
import Perceptron
import Testing

@testable import TableStudy

/// scikit-learn's fits, written by Tests/Fixtures/make/perceptron_logistic.py.
private struct LogisticFixture: Decodable {
    struct Case: Decodable {
        let features: [[Double]]
        let labels: [Int]
        let classes: Int
        let c: Double
        let weights: [[Double]]
        let intercepts: [Double]
        let predictions: [Int]
    }
    let cases: [Case]
}

@Suite struct BaselineTests {
    @Test func logisticRegressionIsScikitLearns() throws {
        let file = fixtures.appending(path: "perceptron/logistic.json")
        let fixture = try JSONDecoder().decode(
            LogisticFixture.self, from: Data(contentsOf: file))
        for example in fixture.cases {
            let model = LogisticRegression(
                example.features, example.labels, classes: example.classes, c: example.c)
            for (a, b) in zip(model.weights.joined(), example.weights.joined()) {
                #expect(abs(a - b) < 2e-3)
            }
            // The softmax does not change when all intercepts move together.
            let shift = model.intercepts[0] - example.intercepts[0]
            for (a, b) in zip(model.intercepts, example.intercepts) {
                #expect(abs(a - b - shift) < 2e-3)
            }
            #expect(example.features.map(model.predict) == example.predictions)
        }
    }

    @Test func theMajorityClassIsTheCommonestOfTraining() throws {
        let split = TableSplit(train: Array(100..<400), test: [0, 500, 673])
        let counts = Dictionary(grouping: split.train) { sfew.labels[$0] }.mapValues(\.count)
        let predicted = try Baseline.majority.predict(sfew, split, .asPaper, 1)
        #expect(Set(predicted).count == 1)
        #expect(counts[predicted[0]] == counts.values.max())
    }

    @Test func scalingIsFittedOnItsRowsAlone() {
        let rows: [[Double]] = [[0, 5, 1], [2, 5, 3], [4, 5, 2]]
        let scaling = FeatureScaling.toUnitRange(rows)
        #expect(rows.map { scaling($0)[0] } == [-1, 0, 1])
        #expect(scaling([8, 5, 1])[0] == 3)
        #expect(scaling([8, 7, 1])[1] == 0)
        let standard = FeatureScaling.standard(rows)
        #expect(abs(rows.map { standard($0)[2] }.reduce(0, +)) < 1e-12)
    }

    @Test func machinesRefuseWhatLibsvmRefuses() {
        #expect(throws: StudyError.self) {
            try SupportVectorMachine([[1], [2]], [0, 1], c: -1, gamma: 1)
        }
    }

    static let tools = ["svm-train", "svm-predict"].map { "/usr/bin/" + $0 }

    /// libsvm's own tools, on the same folds, scaled the same way, give the same classes.
    @Test(
        .enabled(
            if: tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) },
            "libsvm-tools is not installed"), arguments: TableProtocol.all.map(\.name))
    func machinesAreTheToolsMachines(_ name: String) throws {
        let rule = try TableProtocol.named(name)
        var generator = SplitMix64(seed: 5, stream: 0)
        let folds = rule.folds(sfew.groups, count: 5, &generator)
        for (place, fold) in folds.enumerated() {
            let (c, gamma) = (SVMSearch.cs[place], SVMSearch.gammas[4 - place])
            let own = try SVMSearch.predict(sfew, fold, c: c, gamma: gamma)
            let theirs = try withScratch { folder in
                let training = fold.train.map { sfew.features[$0] }
                let scaling = FeatureScaling.toUnitRange(training)
                func write(_ rows: [Int], _ name: String) throws -> String {
                    let lines = rows.map { row in
                        let features = scaling(sfew.features[row]).enumerated().map {
                            "\($0.offset + 1):" + String(format: "%.17g", $0.element)
                        }
                        return "\(sfew.labels[row]) " + features.joined(separator: " ")
                    }
                    let file = folder.appending(path: name)
                    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
                    return file.path
                }
                let model = folder.appending(path: "model").path
                let answers = folder.appending(path: "answers")
                try run(
                    Self.tools[0],
                    ["-q", "-c", "\(c)", "-g", "\(gamma)", try write(fold.train, "train"), model])
                try run(Self.tools[1], [try write(fold.test, "test"), model, answers.path])
                return try String(contentsOf: answers, encoding: .utf8)
                    .split(separator: "\n").compactMap { Int($0) }
            }
            // The tools write the model with fewer digits: a row on a border may tip over.
            #expect(theirs.count == own.count)
            #expect(zip(own, theirs).count { $0 != $1 } <= 1)
            #expect(Set(own).count > 1)
        }
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// The search looks at training rows alone: other test rows, the same choice.
    @Test func theSearchNeverSeesTestRows() throws {
        let rows = Array(0..<150)
        let first = try SVMSearch.best(sfew, rows, .leakFree, seed: 3)
        let again = try SVMSearch.best(sfew, rows, .leakFree, seed: 3)
        #expect(first == again)
        #expect(SVMSearch.cs.contains(first.c) && SVMSearch.gammas.contains(first.gamma))
        #expect(first.accuracy > 14)
    }
}
