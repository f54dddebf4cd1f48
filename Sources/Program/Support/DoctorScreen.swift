import Foundation
import Soundness

/// The doctor's findings, as a person and as a program read them.
enum DoctorScreen {
    static func text(_ findings: [Finding], _ isSound: Bool) -> String {
        let width = findings.map(\.subject.count).max() ?? 0
        let lines = findings.flatMap { finding -> [String] in
            let subject = finding.subject.padding(toLength: width, withPad: " ", startingAt: 0)
            let mark = finding.grade.rawValue.padding(toLength: 5, withPad: " ", startingAt: 0)
            let indent = String(repeating: " ", count: width + 9)
            return ["\(mark)  \(subject)  \(finding.text)"]
                + (finding.advice.isEmpty ? [] : [indent + "-> " + finding.advice])
        }
        let wrong = findings.count { $0.grade == .wrong }
        let end =
            isSound
            ? "This installation is sound."
            : "\(wrong) of \(findings.count) checks found something wrong."
        return (lines + [end]).joined(separator: "\n")
    }

    /// The document of `--json`.
    struct Answer: Encodable {
        let isSound: Bool
        let findings: [Finding]
    }
}

/// The table of a long sweep.
enum SweepScreen {
    static func text(_ reports: [SweepReport], as emulation: Emulation) -> String {
        let mode = emulation == .native ? "" : ", as \(emulation.rawValue)"
        var lines = [
            "Convolutions against float64 and against themselves repeated, on \(Machine.processor)\(mode)"
        ]
        lines.append(row("", reports.map { "\($0.way.rawValue): tried, not right" }))
        let kinds = (reports.first?.rows ?? []).map(\.kind)
        for kind in kinds {
            lines.append(row(kind, reports.map { cell($0.rows.first { $0.kind == kind }) }))
        }
        lines.append(row("all", reports.map { "\($0.tried)  \($0.wrong)" }))
        for report in reports {
            let rounding = String(format: "%.1e", report.rounding)
            lines.append(
                "\(report.way.rawValue): rounding of what was right at most \(rounding) of the largest value"
            )
            lines += report.faults.prefix(12).map { "  \($0.shape): \($0.result.words)" }
            if report.faults.count > 12 {
                lines.append("  and \(report.faults.count - 12) more (--json has all)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func cell(_ row: SweepReport.Row?) -> String {
        guard let row else { return "0" }
        let parts = [
            (row.wrong, "wrong"), (row.unsteady, "unsteady"), (row.crashed, "crashed"),
            (row.refused, "refused"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return "\(row.tried)  " + (parts.isEmpty ? "0" : parts.joined(separator: ", "))
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        ([name.padding(toLength: 26, withPad: " ", startingAt: 0)]
            + cells.map { $0.padding(toLength: max(40, $0.count), withPad: " ", startingAt: 0) })
            .joined(separator: " ").trimmingCharacters(in: .whitespaces.union(.newlines))
    }

    /// One way's part of the document of `--json`.
    struct Answer: Encodable {
        let processor: String
        let emulated: String
        let way: String
        let tried: Int
        let wrong: Int
        let rounding: Double
        let faults: [Fault]

        init(_ report: SweepReport, as emulation: Emulation) {
            (processor, emulated) = (Machine.processor, emulation.rawValue)
            (way, tried, wrong) = (report.way.rawValue, report.tried, report.wrong)
            rounding = report.rounding
            faults = report.faults.map { Fault(shape: $0.shape, result: $0.result.words) }
        }
    }
    struct Fault: Encodable {
        let shape: ConvolutionCase
        let result: String
    }
}
