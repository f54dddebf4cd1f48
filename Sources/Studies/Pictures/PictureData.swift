import Datasets

/// The pictures of a study, what belongs together among them, and their division by a plan.
package struct PictureData: Sendable {
    package let store: PictureStore
    /// The rule that groups were made by: its name, or `none`.
    package let groupRule: String
    package let grouping: Grouping?
    /// Pairs of pictures that are copies or near copies of each other.
    package let copies: Int

    /// Groups the pictures of a store.
    ///
    /// - Parameter groups: `auto` (the known pattern that fits the names best), `none`, or a rule.
    package init(_ store: PictureStore, groups: String, threads: Int) throws {
        let files = store.files.map(\.file)
        let subject = try AuditSubject(store, root: "")
        let found = Copies(
            facts: store.facts, prints: subject.prints, near: NearDuplicates(), threads: threads)
        copies = found.pairs.count
        self.store = store
        var rule = groups
        if groups == "auto" {
            rule =
                GroupSuggestion.best(
                    files: files, classCount: store.classes.count, copies: found.pairs)?.rule
                ?? "none"
        }
        groupRule = rule
        let named =
            ["none", "near-duplicates"].contains(rule)
            ? Grouping.clusters(files: files, pairs: [])
            : try Grouping(files: files, rule: GroupRule.parse(rule))
        grouping = named.merged(found.pairs)
    }

    /// Training, watched and test samples.
    package struct Parts: Sendable {
        package let train: Subset
        /// Chooses the epoch: validation, or the test part under `as-paper`.
        package let watched: Subset
        /// Read once, at the end; nil under `as-paper`, where the watched part is the test part.
        package let test: Subset?
    }

    /// Divides the samples as the plan says.
    package func parts(_ plan: SplitPlan) throws -> Parts {
        let kind = try DataProtocol.named(plan.protocolName)
        let problem = try SplitProblem(
            labels: store.files.map(\.label), classCount: store.classes.count, grouping: grouping)
        let settings = SplitSettings(
            test: plan.test, validation: plan.validation, seed: plan.seed)
        let rounds = try kind.rounds(problem, copies: plan.copies, settings: settings)
        let split = rounds[0]
        let growth = plan.copies > 1 ? AugmentationPolicy(.fixed(copies: plan.copies)) : nil
        func subset(_ part: SplitPart) -> Subset {
            Subset(store, split[part], growth: growth, growthSeed: plan.seed)
        }
        return Parts(
            train: subset(.train), watched: subset(kind.choosesOn),
            test: kind.choosesOn == .test ? nil : subset(.test))
    }
}
