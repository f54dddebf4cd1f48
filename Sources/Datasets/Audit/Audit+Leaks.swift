extension Audit {
    /// Relatives of test and validation samples in training, one finding a kind of relation.
    func leaks(
        _ subject: AuditSubject, _ copies: Copies, _ split: SampleSplit
    ) -> [AuditFinding] {
        let sides = Sides(split, count: subject.files.count)
        let related = kinships(subject, copies).compactMap { finding($0, subject, sides) }
        return related + siblings(subject, sides)
    }

    private func kinships(_ subject: AuditSubject, _ copies: Copies) -> [Kinship] {
        var kinships = [
            Kinship(
                kind: .identicalAcrossSplit, words: "have an identical file in training",
                note: "identical files", keys: copies.content, links: nil),
            Kinship(
                kind: .nearDuplicatesAcrossSplit, words: "have a near duplicate in training",
                note: "near duplicates", keys: copies.content, links: copies.links),
        ]
        if let grouping = subject.grouping {
            kinships.append(
                Kinship(
                    kind: .groupsAcrossSplit,
                    words: "share a group (person, film, clip) with training",
                    note: "one group", keys: grouping.ids, links: nil))
        }
        return kinships
    }

    /// Generated pictures that something is tested on: nobody took them, and they show what their generator
    /// learnt from.
    func generatedInTest(_ subject: AuditSubject, _ split: SampleSplit) -> [AuditFinding] {
        func made(_ part: SplitPart) -> [Int] {
            split[part].map(\.picture).filter(subject.generated.contains)
        }
        let (test, validation) = (made(.test), made(.validation))
        guard !(test + validation).isEmpty else { return [] }
        let also = validation.isEmpty ? "" : " (and \(validation.count) validation pictures)"
        return [
            AuditFinding(
                kind: .generatedInTest, severity: .leak,
                summary:
                    "\(test.count) of \(split[.test].count) test pictures\(also) are generated: "
                    + "only photographs test a network",
                pictures: Set(test + validation).count, testPictures: test.count,
                validationPictures: validation.count,
                examples: (test + validation).prefix(examples).map {
                    AuditExample(
                        files: [subject.files[$0].file], note: "made by a generator (its manifest)")
                })
        ]
    }

    /// Test pictures with a relative in the validation part: what chooses the epoch knows them.
    func testInValidation(
        _ subject: AuditSubject, _ copies: Copies, _ split: SampleSplit
    ) -> [AuditFinding] {
        let kept = split.parts.indices.filter { split.parts[$0] != .train }
        // Validation takes the place of training.
        let sides = Sides(
            SampleSplit(
                samples: kept.map { split.samples[$0] },
                parts: kept.map { split.parts[$0] == .test ? .test : .train }),
            count: subject.files.count)
        let kinships = kinships(subject, copies).map { ($0, $0.trained(sides)) }
        let crossing = subject.files.indices.filter { picture in
            sides.isEvaluated(picture)
                && (sides.trained[picture]
                    || kinships.contains { $0.crosses(picture, $1, sides) })
        }
        guard !crossing.isEmpty else { return [] }
        let test = crossing.reduce(0) { $0 + sides.test[$1] }
        return [
            AuditFinding(
                kind: .testInValidation, severity: .warning,
                summary: "\(test) of \(sides.test.reduce(0, +)) test pictures have a relative "
                    + "(copy or same group) in the validation part, which chooses the epoch",
                pictures: crossing.count, testPictures: test, validationPictures: nil,
                examples: crossing.prefix(examples).map {
                    AuditExample(
                        files: [subject.files[$0].file], note: "a relative is in validation")
                })
        ]
    }

    /// The finding for one kinship, or nil where no relative crosses the split.
    private func finding(
        _ kinship: Kinship, _ subject: AuditSubject, _ sides: Sides
    ) -> AuditFinding? {
        let trained = kinship.trained(sides)
        let crossing = subject.files.indices.filter {
            sides.isEvaluated($0) && kinship.crosses($0, trained, sides)
        }
        let shown = crossing.prefix(examples).map { picture in
            let other = kinship.partner(of: picture, sides)
            return AuditExample(
                files: [picture, other].compactMap { $0.map { subject.files[$0].file } },
                note: "\(kinship.note) on both sides of the split")
        }
        return leak(kinship.kind, kinship.words, crossing, sides, shown)
    }

    private func siblings(_ subject: AuditSubject, _ sides: Sides) -> [AuditFinding] {
        let crossing = subject.files.indices.filter { sides.isEvaluated($0) && sides.trained[$0] }
        let shown = crossing.prefix(examples).map { picture in
            AuditExample(
                files: [subject.files[picture].file],
                note: "copies of one picture on both sides of the split")
        }
        let words = "are augmented copies of a picture in training"
        return [leak(.siblingsAcrossSplit, words, crossing, sides, shown)].compactMap { $0 }
    }

    private func leak(
        _ kind: AuditKind, _ words: String, _ crossing: [Int], _ sides: Sides,
        _ shown: [AuditExample]
    ) -> AuditFinding? {
        guard !crossing.isEmpty else { return nil }
        let test = crossing.reduce(0) { $0 + sides.test[$1] }
        let validation = crossing.reduce(0) { $0 + sides.validation[$1] }
        let also = validation > 0 ? " (and \(validation) validation pictures)" : ""
        return AuditFinding(
            kind: kind, severity: .leak,
            summary: "\(test) of \(sides.test.reduce(0, +)) test pictures\(also) \(words)",
            pictures: crossing.count, testPictures: test, validationPictures: validation,
            examples: shown)
    }

    /// Classes without a picture in a part of the split.
    func missingClasses(_ subject: AuditSubject, _ split: SampleSplit) -> [AuditFinding] {
        var lacking: [AuditExample] = []
        for part in SplitPart.allCases where split.parts.contains(part) {
            let present = Set(split[part].map { subject.files[$0.picture].label })
            for (label, name) in subject.classes.enumerated() where !present.contains(label) {
                lacking.append(
                    AuditExample(files: [], note: "no '\(name)' in the \(part.rawValue) part"))
            }
        }
        guard !lacking.isEmpty else { return [] }
        return [
            AuditFinding(
                kind: .missingClass, severity: .warning,
                summary: lacking.map(\.note).joined(separator: "; "), pictures: 0,
                testPictures: nil, validationPictures: nil, examples: [])
        ]
    }
}
