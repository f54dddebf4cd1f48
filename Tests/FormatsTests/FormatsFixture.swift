import Foundation
import Testing

@testable import Formats

/// The files under Tests/Fixtures/formats, made by Tests/Fixtures/make/formats_*.py.
enum FormatsFixture {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/formats")

    static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
    static func data(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

    /// Every fixture file with one of the extensions, sorted by name.
    static func files(_ extensions: Set<String>) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { extensions.contains($0.pathExtension) }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    /// A file of the shared folder beside the checkout, or nil where there is none.
    static func shared(_ path: String) -> URL? {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            let url = folder.appendingPathComponent("shared/\(path)")
            if FileManager.default.fileExists(atPath: url.path) { return url }
        }
        return nil
    }

    /// A fresh folder for a test's own files; removed when `body` ends.
    static func inTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("winnow-formats-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}

/// What PyTorch says a fixture's tensor holds.
struct ExpectedTensor: Decodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let values: [Double]

    static func all() throws -> [String: [ExpectedTensor]] {
        try JSONDecoder().decode(
            [String: [ExpectedTensor]].self, from: FormatsFixture.data("tensors.json"))
    }
}

extension HostTensor {
    /// Every element as Double, exactly.
    var doubles: [Double] {
        if dtype == .float64 {
            return withUnsafeBytes { raw in
                (0..<count).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
            }
        }
        return integers()?.map(Double.init) ?? floats().map(Double.init)
    }
}

/// The message of the `FormatError` that `body` throws; fails the test when it throws none.
func refusal<R>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> R
) -> String {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as FormatError {
        return error.description
    } catch {
        Issue.record("not a FormatError: \(error)", sourceLocation: sourceLocation)
    }
    return ""
}
