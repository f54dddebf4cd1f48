import ArgumentParser
import Formats
import Foundation

/// Places that results are written to, looked at before any work.
enum OutputFiles {
    /// Refuses a place where no file can be written, or that is one of the files that are read: the result would
    /// take its place.
    ///
    /// - Parameter option: what named it: `-o`, `--sheet`.
    static func check(_ path: String, as option: String, reading inputs: [String?] = []) throws {
        let url = URL(fileURLWithPath: path)
        for input in inputs.compactMap({ $0 })
        where OutputPlace.areSame(url, URL(fileURLWithPath: input)) {
            throw ValidationError(
                "\(option) \(path): is the file that is read"
                    + (input == path ? "" : " (\(input))") + ", which the result would take the "
                    + "place of; write to another")
        }
        do {
            try OutputPlace.check(url)
        } catch let error as FormatError {
            throw ValidationError("\(option) \(path): \(error.found). \(error.advice)")
        }
    }

    /// Refuses a place where no folder can be made or written into.
    static func checkFolder(_ path: String, as option: String) throws {
        var place = URL(fileURLWithPath: path)
        var isFolder: ObjCBool = false
        while !FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder),
            place.path != "/"
        {
            place.deleteLastPathComponent()
        }
        guard isFolder.boolValue else {
            throw ValidationError(
                "\(option) \(path): \(place.path) is a file; expected a folder. Choose another place"
            )
        }
        do {
            try OutputPlace.check(place.appendingPathComponent(".winnow-\(getpid())"))
        } catch let error as FormatError {
            throw ValidationError("\(option) \(path): \(error.found). \(error.advice)")
        }
    }
}
