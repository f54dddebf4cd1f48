import Foundation

/// The folder for what can be fetched or made again: official weights, pictures that memory cannot
/// hold.
package enum CacheFolder {
    /// `WINNOW_CACHE`, or `winnow` in the cache folder of the XDG base directory specification (which
    /// has a relative `XDG_CACHE_HOME` ignored).
    package static func url(_ environment: [String: String]) -> URL {
        if let folder = setting("WINNOW_CACHE", environment) { return URL(fileURLWithPath: folder) }
        let named = setting("XDG_CACHE_HOME", environment).flatMap {
            $0.hasPrefix("/") ? URL(fileURLWithPath: $0) : nil
        }
        let home = setting("HOME", environment) ?? NSHomeDirectory()
        return (named ?? URL(fileURLWithPath: home).appendingPathComponent(".cache"))
            .appendingPathComponent("winnow")
    }

    private static func setting(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
