import Foundation

/// `fuzz NAME SECONDS CORPUS...` or `fuzz NAME FILE...`; under libFuzzer `fuzz NAME` and libFuzzer's own arguments.
@main
enum Fuzz {
    /// The target that is run.
    nonisolated(unsafe) static var target = FuzzTarget.all[0]

    static func main() {
        let words = CommandLine.arguments
        guard words.count >= 3, let found = FuzzTarget.all.first(where: { $0.name == words[1] })
        else {
            print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
            exit(words.count < 2 ? 0 : 64)
        }
        target = found
        #if LIBFUZZER
            exit(LibFuzzer.run([words[0]] + words.dropFirst(2)))
        #else
            if let seconds = Double(words[2]) {
                MutationDriver(found, corpus: Array(words.dropFirst(3))).run(seconds: seconds)
            } else {
                for file in words.dropFirst(2) {
                    found.check(FileManager.default.contents(atPath: file) ?? Data())
                }
            }
        #endif
    }
}
