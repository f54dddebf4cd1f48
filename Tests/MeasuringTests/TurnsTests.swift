import Foundation
import Testing

@testable import Measuring

/// What was run, in order, on a clock that only runs move.
private final class Diary {
    var lines: [String] = []
    var clock = 0.0
}

private struct FakeRunner: Runner {
    let name: String
    let diary: Diary
    /// Seconds of a run that begins at a time.
    let time: (Double) -> Double

    func run() -> Double {
        let seconds = time(diary.clock)
        diary.clock += seconds
        diary.lines.append(name)
        return seconds
    }

    func peakMemory() -> Int? { name.utf8.count }
    func end() { diary.lines.append("end \(name)") }
}

@Suite struct TurnsTests {
    @Test func everyRoundHasEachOnceAndTurnsRound() throws {
        let diary = Diary()
        let runners = ["a", "b", "c"].map { FakeRunner(name: $0, diary: diary) { _ in 1 } }
        let seconds = try Turns.run(runners, repeats: 2, warmUp: 1)
        #expect(diary.lines.joined() == "abccbaabc")
        #expect(seconds == [[1, 1], [1, 1], [1, 1]])
    }

    @Test func roundsBeforeTheFirstAreNotCounted() throws {
        let diary = Diary()
        // Whatever begins in the first ten seconds is slow.
        let runner = FakeRunner(name: "a", diary: diary) { $0 < 10 ? 4 : 1 }
        #expect(try Turns.run([runner], repeats: 4, warmUp: 3) == [[1, 1, 1, 1]])
    }

    /// A machine that is slow for a while is slow for both: the ratio stands.
    @Test func aStallFallsOnAll() throws {
        let diary = Diary()
        func slow(_ clock: Double) -> Double { clock > 20 && clock < 120 ? 5 : 1 }
        let runners = [
            FakeRunner(name: "a", diary: diary) { slow($0) },
            FakeRunner(name: "b", diary: diary) { 2 * slow($0) },
        ]
        let seconds = try Turns.run(runners, repeats: 20, warmUp: 0).map { try Spread($0).median }
        #expect(seconds[1] / seconds[0] == 2)
    }

    private let contenders = [
        Contender("a.onnx", URL(fileURLWithPath: "/a.onnx"), .winnow),
        Contender("bb.onnx", URL(fileURLWithPath: "/bb.onnx"), .onnxruntime),
    ]

    @Test func everySettingIsMeasuredByTurns() throws {
        let diary = Diary()
        let bench = try Bench(
            contenders, batches: [1, 32], threads: [1, 2], height: 8, width: 8, repeats: 2,
            warmUp: 1)
        let rows = try bench.rows(start: { contender, setting in
            FakeRunner(name: contender.network, diary: diary) { _ in
                Double(setting.batch) / Double(setting.threads)
            }
        })
        #expect(
            rows.map { "\($0.network) \($0.batch) \($0.threads)" } == [
                "a.onnx 1 1", "bb.onnx 1 1", "a.onnx 1 2", "bb.onnx 1 2", "a.onnx 32 1",
                "bb.onnx 32 1", "a.onnx 32 2", "bb.onnx 32 2",
            ])
        #expect(rows.map(\.picturesPerSecond) == [1, 1, 2, 2, 1, 1, 2, 2])
        #expect(rows.map(\.seconds.median) == [1, 1, 0.5, 0.5, 32, 32, 16, 16])
        #expect(rows[1].peakBytes == 7)
        // Of each setting both end before the next begins.
        #expect(diary.lines.prefix(8).suffix(2) == ["end a.onnx", "end bb.onnx"])
    }

    @Test func runnersThatStartedEndWhenOneDoesNot() {
        let diary = Diary()
        #expect(throws: MeasuringError.self) {
            try Bench(contenders, height: 8, width: 8).rows(start: { contender, _ in
                guard contender.engine == .winnow else { throw MeasuringError("no") }
                return FakeRunner(name: contender.network, diary: diary) { _ in 1 }
            })
        }
        #expect(diary.lines == ["end a.onnx"])
    }

    @Test func countsThatNobodyMeansAreRefused() {
        for (batches, threads, side, repeats) in [
            ([0], [1], 8, 1), ([], [1], 8, 1), ([1], [0], 8, 1), ([1], [1], 0, 1),
            ([1], [1], 8, 0), ([1, 5000], [1], 8, 1),
        ] {
            #expect(throws: MeasuringError.self) {
                try Bench(
                    contenders, batches: batches, threads: threads, height: side, width: side,
                    repeats: repeats)
            }
        }
    }
}
