import Foundation
import Studies
import TableStudy
import Torch

/// What of the paper is to be done again, on what, and how.
package struct ReproductionRequest {
    /// The two halves of the paper.
    package enum Part: String, CaseIterable, Sendable {
        case pictures
        case table
    }

    /// nil: what the data asks for; both without any.
    package var part: Part?
    /// The preset's name; nil: quick for embedded data, for a person's own what this machine can do.
    package var preset: String?
    /// The pictures and what networks start from; without any, those that come with Winnow.
    package var source: StudySource
    /// Whether the faces of one's own pictures are cropped first, as the paper does.
    package var cropFaces = false
    /// What is wanted otherwise than in the preset.
    package var changes = StudyChanges()
    /// How training pictures are varied, by name; nil where that was left open.
    package var augmentation: String?
    /// Whether a table of one's own was named.
    package var hasOwnTable = false
    /// Reads the table when its turn comes.
    package var table: () throws -> TableData
    /// How the table study is done.
    package var tableSettings: (StudyPreset) throws -> TableSettings
    /// Folder of the study; nil: `studies/<data>-<preset>`.
    package var out: String?
    package var device: Device = .cpu
    /// Threads for the heavy work.
    package var threads: Int
    /// Workers side by side for pictures; nil: one a core for small pictures on the CPU, otherwise one.
    package var jobs: Int?
    /// The command as it was given, for a line that says how to ask for more.
    package var call = "winnow reproduce"

    package init(
        _ source: StudySource, threads: Int, table: @escaping () throws -> TableData,
        tableSettings: @escaping (StudyPreset) throws -> TableSettings
    ) {
        (self.source, self.threads) = (source, threads)
        (self.table, self.tableSettings) = (table, tableSettings)
    }

    /// Whether pictures are part of it, which libtorch is needed for.
    package var hasPictures: Bool { part == .pictures || part == nil && (source.isGiven || !isOwn) }
    var hasTable: Bool { part == .table || part == nil && (hasOwnTable || !isOwn) }
    /// Whether the data is a person's own.
    var isOwn: Bool { source.isGiven || hasOwnTable }

    /// Small pictures leave an operation's threads little to share.
    func jobs(_ study: Study) -> Int {
        jobs ?? (device == .cpu && study.size <= 96 ? min(8, threads) : 1)
    }
}

/// What shows a reproduction at work; called from any thread.
package protocol ReproductionScreen: AnyObject, Sendable {
    /// Pictures whose faces were looked for.
    func faces(_ done: Int, of total: Int)
    func endFaces()
    /// Seconds that parts to come will take, as far as is known.
    func expect(later seconds: Double)
    /// - Parameter threads: of each worker.
    func begin(_ run: StudyRun, workers: Int, threads: Int)
    func show(_ workers: [WorkerProgress])
    func endStudy()
    func beginTable()
    func show(_ progress: StudyProgress)
    func endTable()
}
