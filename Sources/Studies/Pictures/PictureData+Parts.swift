import Datasets
import Findings

extension PictureData {
    /// Training, validation and test samples.
    package struct Parts: Sendable {
        package internal(set) var train: Subset
        /// Chooses the epoch: validation, or the test part under `as-paper`.
        package let validation: Subset
        /// Read once, at the end; nil under `as-paper`, where the validation part is the test part.
        package let test: Subset?
    }

    /// The plan of a protocol: the manifest's split where there is one, otherwise the usual shares
    /// (10% to test under `as-paper`; 15% to validate and 15% to test under `leak-free`).
    ///
    /// - Parameter copies: what a training picture grows to, where no manifest says so.
    /// - Throws: `DatasetError` for a manifest's split that leaks, unless the protocol does too.
    package func plan(protocolName: String, copies: Int = 1, seed: UInt64) throws -> SplitPlan {
        let kind = try DataProtocol.named(protocolName)
        guard let given else {
            return SplitPlan(
                protocolName: kind.name, groups: groupRule, copies: copies,
                test: kind.leaks ? 0.1 : 0.15, validation: kind.leaks ? 0 : 0.15, seed: seed)
        }
        try given.checkLeaks(kind)
        return SplitPlan(
            manifest: given.manifest, protocolName: kind.name, groups: groupRule,
            copies: given.copies > 1 ? given.copies : copies, seed: seed)
    }

    /// Divides the samples as the plan says.
    /// - Throws: `DatasetError` for a plan of other pictures, or shares that cannot work.
    package func parts(_ plan: SplitPlan) throws -> Parts {
        let kind = try DataProtocol.named(plan.protocolName)
        try given?.checkParts(kind)
        let samples = try samples(plan, kind)
        return Parts(
            train: subset(samples, .train, plan), validation: subset(samples, kind.choosesOn, plan),
            test: kind.choosesOn == .test ? nil : subset(samples, .test, plan))
    }

    /// One part as the plan divides the samples; it may be empty.
    package func subset(_ part: SplitPart, _ plan: SplitPlan) throws -> Subset {
        subset(try samples(plan, .named(plan.protocolName)), part, plan)
    }

    private func subset(
        _ samples: [SplitPart: [Sample]], _ part: SplitPart, _ plan: SplitPlan
    ) -> Subset {
        let growth = plan.copies > 1 ? AugmentationPolicy(.fixed(copies: plan.copies)) : nil
        return Subset(store, samples[part] ?? [], growth: growth, growthSeed: plan.seed)
    }

    /// How a plan divides the pictures, and what leaks.
    package func condition(_ plan: SplitPlan) throws -> Conditions.DataProtocol {
        let kind = try DataProtocol.named(plan.protocolName)
        var found = Conditions.DataProtocol(name: kind.name, leaks: kind.leaks)
        found.manifest = given?.manifest
        found.takesTurns = plan.turn == nil ? nil : true
        guard kind.leaks else { return found }
        found.leaksFound = given?.leaks
        if given == nil {
            let (related, siblings, count) = relatives(try samples(plan, kind))
            (found.related, found.siblings, found.tested) = (related, siblings, count)
            found.seed = plan.seed
        }
        return found
    }

    /// What every result of a plan must say about its division: empty when nothing leaks.
    package func warnings(_ plan: SplitPlan) throws -> [String] {
        try condition(plan).leak.map { ["WARNING: \($0)"] } ?? []
    }

    private func samples(
        _ plan: SplitPlan, _ kind: DataProtocol
    ) throws -> [SplitPart: [Sample]] {
        guard plan.manifest == given?.manifest else {
            throw DatasetError(
                "the plan divides the pictures "
                    + (plan.manifest.map { "by the manifest \($0.prefix(12))" } ?? "by itself")
                    + ", but they were read "
                    + (given.map { "by the manifest \($0.manifest.prefix(12))" }
                        ?? "from class folders"))
        }
        if let given {
            try given.checkLeaks(kind)
            return Dictionary(
                uniqueKeysWithValues: SplitPart.allCases.map {
                    ($0, given.samples($0, growingTo: plan.copies))
                })
        }
        let problem = try SplitProblem(
            labels: store.files.map(\.label), classCount: store.classes.count, grouping: grouping)
        let split = try rounds(problem, plan, kind)
        return Dictionary(uniqueKeysWithValues: SplitPart.allCases.map { ($0, split[$0]) })
    }

    /// One seed's division: its own, or its turn of a dealing that several seeds share.
    private func rounds(
        _ problem: SplitProblem, _ plan: SplitPlan, _ kind: DataProtocol
    ) throws -> SampleSplit {
        var settings = SplitSettings(
            test: plan.test, validation: plan.validation, seed: plan.seed)
        guard let turn = plan.turn else {
            return try kind.rounds(problem, copies: plan.copies, settings: settings)[0]
        }
        (settings.folds, settings.seed) = (turn.parts, turn.dealing)
        let rounds = try kind.rounds(
            problem, copies: plan.copies, settings: settings, strategy: .groupedKFold)
        guard rounds.indices.contains(turn.part) else {
            throw DatasetError("a plan takes part \(turn.part + 1) of \(rounds.count)")
        }
        return rounds[turn.part]
    }

    /// Test samples with a relative (sibling, copy, member of the group) in training, those with an
    /// augmented sibling there, and all.
    private func relatives(
        _ samples: [SplitPart: [Sample]]
    ) -> (related: Int, siblings: Int, count: Int) {
        let (train, test) = (samples[.train] ?? [], samples[.test] ?? [])
        let pictures = Set(train.map(\.picture))
        let ids = grouping?.ids ?? Array(0..<store.count)
        let groups = Set(pictures.map { ids[$0] })
        return (
            test.count { groups.contains(ids[$0.picture]) },
            test.count { pictures.contains($0.picture) }, test.count
        )
    }
}
