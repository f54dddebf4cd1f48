import Core
import Foundation
import Generating
import Models
import Testing
import Training

@testable import Studies

/// Studies whose training parts grow by generated pictures.
@Suite struct GeneratedStudyTests {
    private static func study(_ ways: [StudyProtocol.Augmentation]) -> Study {
        var study = TinyStudy.study
        study.protocols = [study.protocols[0]]
        study.experiments = [
            Experiment(
                "Generated pictures", [.unpruned, .percentile], amounts: [0.5], augmentations: ways)
        ]
        study.generators = GeneratorSettings.Kind.allCases.map { kind in
            var settings = GeneratorSettings(kind, epochs: 1)
            (settings.batchSize, settings.latent, settings.width) = (8, 4, 2)
            return settings
        }
        return study
    }

    private static let ways: [StudyProtocol.Augmentation] = [
        .flip, .added(AddedPictures(share: 0.5, by: nil)),
        .added(AddedPictures(share: 0.5, by: .vae)), .added(AddedPictures(share: 0.25, by: .gan)),
    ]

    @Test func augmentationsAreTextInFiles() throws {
        for (way, text) in zip(
            Self.ways,
            [
                "flip", "repeated(share: 0.5)", "generated(share: 0.5)",
                "generated(share: 0.25, by: gan)",
            ])
        {
            let json = try JSONEncoder().encode([way])
            #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
            #expect(
                try JSONDecoder().decode([StudyProtocol.Augmentation].self, from: json) == [way])
        }
        for wrong in [
            "generated", "generated(share: 0)", "generated(share: 1.5)", "generated(share: 0.0)",
            "repeated(share: 0.5, by: vae)", "generated(share: 0.5, by: them)", "flipped",
        ] {
            #expect(StudyProtocol.Augmentation(words: wrong) == nil, "\(wrong)")
        }
        let study = Self.study(Self.ways)
        #expect(try Study.read(study.json(), file: "s.json") == study)
    }

    /// Counted by hand: a start; with and without repeated pictures a fine-tuning, a mask, a ticket and its training; with
    /// each kind of generated ones the generator, its judge and the same four.
    @Test func generatorsAreSharedAndNothingElseChanges() throws {
        let facts = PlanFacts(
            classes: ["a", "b"], identity: "pictures", groupRule: "prefix",
            weights: [.resnet18: .file(hash: "w")])
        var study = Self.study(Self.ways)
        study.seeds = [0]
        let plan = try StudyPlanner.plan(study, facts)
        #expect(plan.items.count == 1 + 2 * 4 + 2 * 6)
        let generators = plan.items.filter {
            if case .generate = $0.stage.work { true } else { false }
        }
        #expect(generators.count == 2)
        // What every study had before keeps its identity.
        var plain = study
        plain.experiments = [Experiment("Plain", [.unpruned, .percentile], amounts: [0.5])]
        let known = Set(try StudyPlanner.plan(plain, facts).items.map(\.stage.id))
        #expect(known.count == 5 && known.isSubset(of: plan.items.map(\.stage.id)))
        let judged = plan.runs.compactMap(\.judged)
        #expect(Set(judged.map(\.id)).count == 2)
        #expect(plan.runs.count { $0.recipe.isPlain(.resnet18) } == 2)
        #expect(Set(plan.runs.map(\.trained.id)).count == 8)
        // A pruned network's training pictures are those of the network that it is compared with.
        for run in plan.runs {
            guard case .train(_, _, let one) = run.fine.work,
                case .train(_, _, let two) = run.trained.work
            else {
                Issue.record("no training")
                continue
            }
            #expect(one == two)
        }
        study.size = 50
        #expect(throws: StudyError.self) { try study.check() }
    }

    @Test func theyRunFromPicturesToTables() throws {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "pictures"))
            let root = folder.appending(path: "out")
            let study = Self.study(Self.ways)
            try TinyStudy.work(data, root, study: study)
            let plan = try TinyStudy.plan(data, study: study)
            let store = try StageStore(root)
            let runs = try StudyResults(plan, store).runs()
            #expect(runs.count == 8)
            let counts = Set(runs.map(\.training.trainCount))
            let plain = try #require(counts.min())
            #expect(
                counts == [plain, 2 * plain, Int((Double(plain) / 3).rounded()) + plain])
            let judged = try StudyGenerators.records(plan, store)
            #expect(judged.map(\.record.kind) == [.vae, .gan])
            for record in judged.map(\.record) {
                #expect(record.made == record.training && record.training == plain)
                #expect(record.frechet > 0 && record.usualFrechet > 0 && record.kernel.isFinite)
                #expect((0...1).contains(record.consistency))
            }
            #expect(try StudyGenerators.showSheets(plan, store, in: root))
            #expect(
                try FileManager.default.contentsOfDirectory(
                    atPath: root.appending(path: StudyGenerators.folder).path
                ).count == 2 * GeneratorSheet.allCases.count)
            let report = ExperimentReport(conditions: [], runs: runs)
            let tables = report.tables
            #expect(tables.count == 2)
            #expect(tables[0].rows.map(\.first).count == 4)
            #expect(tables[0].rows[2][4] == "too few seeds to tell")
            #expect(tables[1].rows[0][2].isEmpty && !tables[1].rows[3][2].isEmpty)
            #expect(StudyGenerators.table(judged).rows.count == 2)
            // The same again is the same to the last bit: everything random has a seed.
            let again = folder.appending(path: "again")
            try TinyStudy.work(data, again, study: study)
            let others = try StudyResults(plan, StageStore(again)).runs()
            #expect(others.map(\.training) == runs.map(\.training))
        }
    }

    @Test func aVerdictNeedsSixPairsAndAnInterval() {
        func verdict(_ values: [Double]) -> GeneratedVerdict.Answer {
            GeneratedVerdict(.init(values)).answer
        }
        #expect(verdict([1, 2, 1, 2, 1, 2]) == .helps)
        #expect(verdict([-1, -2, -1, -2, -1, -2]) == .harms)
        #expect(verdict([1, -2, 1, -2, 1, 2]) == .unclear)
        #expect(verdict([1, 2, 1, 2, 1]) == .few)
    }
}
