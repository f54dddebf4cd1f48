import Foundation
import Testing

@testable import Program

/// The rooms name settings in backquotes; the command line turns them into options.
@Suite struct OptionNamesTests {
    @Test func settingsBecomeOptions() {
        #expect(
            OptionNames.inWords("leave them out with `skipUnreadable`.")
                == "leave them out with --skip-unreadable.")
        #expect(OptionNames.inWords("`out` is `not an option`") == "--out is `not an option`")
    }

    /// Every setting that a room's text names is an option of some command.
    @Test func everyNamedSettingIsAnOption() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources").standardizedFileURL
        var named: Set<String> = []
        for case let file as URL in try #require(
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        where file.pathExtension == "swift" && !file.path.contains("/Program/") {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            where !line.contains("//") {
                for found in line.matches(of: /"[^"]*`([a-z][A-Za-z]*)`/) {
                    named.insert(OptionNames.option(String(found.output.1)))
                }
            }
        }
        #expect(named.count > 15)
        try withFolder { folder in
            let help = try Program.run(["--experimental-dump-help"], in: folder).output
            for option in named {
                let name = option.dropFirst(2)
                #expect(help.contains(#""name" : "\#(name)""#), "\(option) is no option")
            }
        }
    }
}
