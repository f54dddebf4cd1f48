import Foundation
import Testing

/// Something wrong or odd in what a person hands to `winnow`, and what it answers.
struct InputTrouble: Sendable, CustomTestStringConvertible {
    let name: String
    /// The words of the call; the program runs in the case's own folder.
    let call: [String]
    /// The exit status.
    let status: Int32
    /// What the answer says, on either stream.
    let says: [String]
    /// What it does not say.
    let never: [String]
    /// Puts the files in place.
    let make: @Sendable (URL) throws -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ call: String, status: Int32 = 0, says: [String], never: [String] = [],
        make: @escaping @Sendable (URL) throws -> Void
    ) {
        (self.name, self.call) = (name, call.split(separator: " ").map(String.init))
        (self.status, self.says, self.never, self.make) = (status, says, never, make)
    }

    static let all = weights + tensors + folders + pictures + names + tables
}

/// Every kind of trouble with input that issue 16 found in public trackers, one line of answer each.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct InputTroubleTests {
    @Test(arguments: InputTrouble.all) func isAnswered(_ trouble: InputTrouble) throws {
        try withFolder { folder in
            try trouble.make(folder)
            let outcome = try Program.run(trouble.call, in: folder)
            let answer = outcome.output + outcome.error
            #expect(outcome.status == trouble.status, "\(answer)")
            for words in trouble.says { #expect(answer.contains(words), "\(words)\n\(answer)") }
            for words in trouble.never { #expect(!answer.contains(words), "\(words)\n\(answer)") }
        }
    }
}
