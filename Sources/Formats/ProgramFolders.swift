import Foundation

/// The folders above the program, where what comes with it and what set-up installed are looked for.
package enum ProgramFolders {
    /// From the folder that holds `program` up to the root, links resolved; none for no program.
    package static func above(_ program: URL?) -> [URL] {
        guard var folder = program?.resolvingSymlinksInPath() else { return [] }
        var folders: [URL] = []
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            folders.append(folder)
        }
        return folders
    }
}
