import Foundation
import Testing

/// `winnow doctor` as a person and as a script call it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct DoctorCallTests {
    private struct Answer: Decodable {
        struct Finding: Decodable {
            let subject: String
            let grade: String
            let text: String
        }
        let isSound: Bool
        let findings: [Finding]
    }

    /// The sweep of convolutions, as this processor does them and as one without AVX-512 does.
    @Test(arguments: ["native", "avx2"])
    func thisInstallationIsSound(processor: String) throws {
        try withFolder { folder in
            let outcome = try Program.run(
                "doctor --json --as \(processor)", in: folder,
                environment: [
                    "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9/none", "WINNOW_CACHE": folder.path,
                ])
            let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
            #expect(answer.isSound, "\(outcome.output)")
            let sweep = try #require(answer.findings.first { $0.subject == "convolutions" })
            #expect(sweep.grade == "fine" && sweep.text.contains("0 not right"), "\(sweep.text)")
            // Where the weights cannot be fetched is told, and no fault of the installation.
            #expect(answer.findings.first { $0.subject == "network" }?.grade == "note")
        }
    }

    @Test func whatIsMissingIsNamedAndTheStatusSaysSo() throws {
        try withFolder { folder in
            let outcome = try Program.run(
                "doctor", in: folder, status: 1, environment: ["WINNOW_MTCNN": folder.path])
            #expect(outcome.output.contains("winnow faces"))
            #expect(outcome.output.contains("no pnet.pt there"))
            #expect(outcome.output.contains("1 of"))
        }
    }

    @Test func anUnknownProcessorIsRefused() throws {
        try withFolder { folder in
            let outcome = try Program.run("doctor --as z80", in: folder, status: 64)
            #expect(outcome.error.contains("no processor 'z80'. Processors: native, avx2"))
        }
    }
}
