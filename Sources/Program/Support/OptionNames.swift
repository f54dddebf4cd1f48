import Foundation

/// The rooms' errors name settings as their functions do, in backquotes (`skipUnreadable`): on the command
/// line these are options.
enum OptionNames {
    /// The text with every setting's name as its option: `--skip-unreadable`.
    static func inWords(_ text: String) -> String {
        text.replacing(/`([a-z][A-Za-z]*)`/) { option(String($0.output.1)) }
    }

    /// `adamReplicates` is `--adam-replicates`.
    static func option(_ setting: String) -> String {
        "--"
            + setting.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
    }
}
