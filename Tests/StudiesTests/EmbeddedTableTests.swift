import Core
import Datasets
import Faces
import Features
import Formats
import Foundation
import Testing

@testable import Studies
@testable import TableStudy

/// `Data/scenes/features.csv`: whole, and what comes out when it is made again.
@Suite struct EmbeddedTableTests {
    private static let root = fixtures.deletingLastPathComponent().deletingLastPathComponent()
    private static let scenes = root.appending(path: "Data/scenes")
    /// Set-up unpacks them; a bare checkout lacks them, and the remaking is then skipped.
    private static let weights: MTCNNWeights? = {
        let installed = root.appending(path: ".dependencies/python/facenet_pytorch/data")
        let given = ProcessInfo.processInfo.environment[MTCNNWeights.variable]
        return try? MTCNNWeights(folder: given.map { URL(fileURLWithPath: $0) } ?? installed)
    }()

    private func table() throws -> Formats.FeatureTable {
        var layout = FeatureLayout()
        layout.groupPattern = EmbeddedScenes.groupPattern
        return try .read(Self.scenes.appending(path: "features.csv"), layout: layout)
    }

    @Test func theProgramFindsThem() throws {
        let program = Self.root.appending(path: ".build/release/winnow")
        let found = try EmbeddedScenes.locate(environment: [:], program: program)
        #expect(found.folder.path == Self.scenes.path)
        let data = Self.scenes.deletingLastPathComponent().path
        let named = try EmbeddedScenes.locate(
            environment: [EmbeddedScenes.variable: data], program: nil)
        #expect(named.folder.path == Self.scenes.path)
        for environment in [[EmbeddedScenes.variable: "/nowhere"], [:]] {
            #expect(throws: StudyError.self) {
                _ = try EmbeddedScenes.locate(environment: environment, program: nil)
            }
        }
    }

    @Test func theirManifestIsOneThatWinnowReads() throws {
        let path = Self.scenes.appending(path: "manifest.json").path
        let source = try PictureSource(manifest: path)
        let folder = try ImageFolder(root: Self.scenes.path)
        #expect(source.classes == folder.classes && source.files == folder.files)
        let manifest = try #require(source.manifest)
        #expect(try #require(manifest.grouping).count == 75 && manifest.split == nil)
        let byName = try Grouping(
            files: folder.files.map(\.file), rule: .parse(EmbeddedScenes.groupRule))
        #expect(manifest.grouping?.ids == byName.ids)
        for (file, hash) in zip(manifest.files, manifest.hashes) {
            let data = try Data(contentsOf: Self.scenes.appending(path: file.file))
            #expect(ContentHash.sha256(data) == hash, "\(file.file)")
        }
    }

    @Test func theTableListsEveryScene() throws {
        let table = try table()
        let folder = try ImageFolder(root: Self.scenes.path)
        #expect(table.findings.filter { !$0.isKept }.isEmpty)
        #expect(table.rows.map(\.name) == folder.files.map(\.file))
        #expect(table.classes == folder.classes)
        #expect(table.rows.map(\.label) == folder.files.map(\.label))
        #expect(table.blocks.map(\.range) == [0..<5, 5..<10])
        #expect(Set(table.rows.compactMap(\.group)).count == 75)
        let data = try TableData(table, origin: "made up")
        #expect(data.hasGroups)
        #expect(TableStudy.notes(data, TableSettings(replicates: 1)).first == "made up")
    }

    /// On another kind of processor a face's box may move by a pixel: a few rows may then differ.
    @Test(.enabled(if: weights != nil, "the face detector's weights are missing: scripts/setup"))
    func madeAgainItIsTheSame() throws {
        let table = try table()
        let made = try withScratch { try remade(crops: $0.path) }
        #expect(made.rows.map(\.name) == table.rows.map(\.name))
        let deviations = (0..<10).map { column in
            let values = table.rows.map { $0.features[column] }
            return (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        }
        let same = zip(made.rows, table.rows).filter { row, embedded in
            zip(zip(row.values, embedded.features), deviations).allSatisfy {
                abs($0.0 - $0.1) < 1e-3 * $1
            }
        }
        #expect(same.count * 100 >= 95 * table.rows.count, "\(same.count) rows came out the same")
    }

    private func remade(crops: String) throws -> Features.FeatureTable {
        let folder = try ImageFolder(root: Self.scenes.path)
        let files = folder.files.map(\.file)
        let cropper = try FaceCropper(
            root: folder.root, output: crops, options: CropOptions(),
            weights: #require(Self.weights))
        _ = try cropper.run(files)
        let described = try FeatureExtractor().describe(count: files.count) {
            try Picture(contentsOf: crops + "/" + files[$0])
        }
        return try FeatureTableBuilder().build(
            zip(folder.files, described).map { file, outcome in
                try .init(
                    name: file.file, label: folder.classes[file.label], features: outcome.get(),
                    training: true)
            })
    }
}
