import Foundation
import Testing

@testable import Soundness

/// The parent's side of a sweep, with a shell script in the place of the process that may crash.
@Suite struct SweepTests {
    @Test func everyCaseOfASoundProcessIsRight() throws {
        let report = try sweep("")
        #expect(report.isSound && report.tried == report.cases.count && report.wrong == 0)
        #expect(abs(report.rounding - 1e-7) < 1e-12)
        #expect(report.rows.map(\.tried).reduce(0, +) == report.tried)
    }

    @Test func aCrashIsAFindingAndTheSweepGoesOn() throws {
        let report = try sweep("[ $i = 5 ] && kill -SEGV $$")
        #expect(report.results[5] == .crashed)
        #expect(report.wrong == 1 && report.tried == report.cases.count && !report.isSound)
        #expect(report.faults.map(\.result) == [.crashed])
    }

    @Test func aProcessThatHangsIsACrashToo() throws {
        let report = try sweep("[ $i = 5 ] && exec sleep 60", patience: 1)
        #expect(report.results[5] == .crashed)
        #expect(report.wrong == 1 && report.tried == report.cases.count)
    }

    @Test func damageThatShowsLaterIsLaidAtItsCasesDoor() throws {
        // Case 4 dies when it is alone, but takes the process down in case 6 only.
        let report = try sweep(
            "{ [ $i = 6 ] && [ $first -lt 4 ] || [ $first = 4 ]; } && kill -SEGV $$")
        #expect(report.results[4] == .crashed && report.results[6] == .right)
        #expect(report.wrong == 1)
    }

    @Test func wrongValuesAndUnsteadyOnesAreTold() throws {
        let report = try sweep(
            "[ $i = 2 ] && errors='[0,0.5,0]'; [ $i = 3 ] && repeats=false; true")
        #expect(report.results[2] == .wrong(0.5) && report.results[3] == .unsteady)
        #expect(report.wrong == 2)
    }

    @Test func aProcessWithoutAWordIsAnError() throws {
        let silent = URL(fileURLWithPath: "/bin/false")
        #expect(throws: SweepError.self) {
            try Sweep(.quick, .winnow, program: silent, arguments: []).run()
        }
    }

    @Test func anOrderIsReadAsItWasWritten() {
        let order = SweepOrder(extent: .quick, way: .library, first: 3, count: 9)
        #expect(SweepOrder(order.text)?.text == order.text)
        for text in ["", "quick:library:3", "slow:winnow:0:1", "quick:winnow:-1:1", "quick:x:0:1"] {
            #expect(SweepOrder(text) == nil, "\(text)")
        }
    }

    /// Sweeps with a process that does `fault` before each case's line.
    private func sweep(_ fault: String, patience: Double = 60) throws -> SweepReport {
        let script = FileManager.default.temporaryDirectory.appending(path: "sweep-\(UUID()).sh")
        defer { try? FileManager.default.removeItem(at: script) }
        let total = ConvolutionCase.list(.quick).count
        try """
        IFS=: read -r extent way first count <<< "$1"
        end=$((first + count)); [ $end -gt \(total) ] && end=\(total)
        for ((i = first; i < end; i++)); do
            errors='[1e-7,0,0]' repeats=true
            echo "{\\"index\\":$i}"
            \(fault.isEmpty ? "true" : fault)
            echo "{\\"index\\":$i,\\"outcome\\":{\\"errors\\":$errors,\\"repeats\\":$repeats}}"
        done
        """.write(to: script, atomically: true, encoding: .utf8)
        let bash = URL(fileURLWithPath: "/bin/bash")
        return try Sweep(
            .quick, .winnow, program: bash, arguments: [script.path], patience: patience
        ).run()
    }
}
