import Findings
import Foundation
import Testing

@testable import Studies

/// A comparison under a protocol that leaks says so wherever it is written.
@Suite struct TicketReportTests {
    private func texts(_ protocolName: String?) throws -> [String: String] {
        try withStageFolder { folder in
            let report = TicketReport(
                conditions: Conditions(legacy: ["Protocol: x"]), runs: [],
                protocolName: protocolName)
            try report.write(to: folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            return try Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
                })
        }
    }

    @Test func everyFileNamesTheProtocol() throws {
        let leaky = try texts("as-paper")
        #expect(leaky["tickets.md"]?.contains("Techniques compared (as-paper: leaks)") == true)
        #expect(leaky["tickets.json"]?.contains("\"protocolName\" : \"as-paper\"") == true)
        for file in ["tickets.csv", "tickets-epochs.csv"] {
            #expect(
                leaky[file]?.split(whereSeparator: \.isNewline)[0].hasSuffix(",protocol") == true)
        }
        for name in ["leak-free", nil] {
            #expect(try texts(name)["tickets.md"]?.contains("leaks") == false)
        }
    }

    @Test func oldRecordsAreRead() throws {
        let old = Data(#"{"conditions": ["a"], "runs": []}"#.utf8)
        let read = try JSONDecoder().decode(TicketReport.self, from: old)
        #expect(read.protocolName == nil && read.groups == nil)
        #expect(read.conditions.notes == ["a"])
    }
}
