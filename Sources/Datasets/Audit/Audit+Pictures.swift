import Foundation

extension Audit {
    /// Copies within the data set, whatever the split: identical, near, and under two labels.
    func repeats(_ subject: AuditSubject, _ copies: Copies) -> [AuditFinding] {
        var found: [AuditFinding] = []
        let identical = copies.identical
        let near = copies.near.sorted { $0.correlation > $1.correlation }
        found += conflicts(subject, identical, near)
        let extra = identical.reduce(0) { $0 + $1.count - 1 }
        if extra > 0 {
            found.append(
                plain(
                    .identicalFiles, .warning,
                    extra == 1
                        ? "1 picture is a copy of another"
                        : "\(extra) pictures are copies of another",
                    extra,
                    identical.prefix(examples).map { example(subject, $0[0], $0[1], "identical") }))
        }
        if !near.isEmpty {
            let contents = Set(near.flatMap { [$0.first, $0.second] })
            let pictures = copies.content.filter(contents.contains).count
            found.append(
                plain(
                    .nearDuplicates, .warning,
                    "\(pictures) pictures are near duplicates of another", pictures,
                    near.prefix(examples).map {
                        example(subject, $0.first, $0.second, Self.words($0))
                    }))
        }
        return found
    }

    /// One photograph under two labels, as identical files or as near duplicates.
    private func conflicts(
        _ subject: AuditSubject, _ identical: [[Int]], _ near: [PicturePair]
    ) -> [AuditFinding] {
        let labels = subject.files.map(\.label)
        var pictures: Set<Int> = []
        var shown: [AuditExample] = []
        for members in identical {
            guard let other = members.first(where: { labels[$0] != labels[members[0]] }) else {
                continue
            }
            pictures.formUnion(members)
            shown.append(example(subject, members[0], other, "identical, two labels"))
        }
        let same = pictures.count
        for pair in near where labels[pair.first] != labels[pair.second] {
            pictures.formUnion([pair.first, pair.second])
            let note = Self.words(pair) + ", two labels"
            shown.append(example(subject, pair.first, pair.second, note))
        }
        guard !pictures.isEmpty else { return [] }
        return [
            plain(
                .conflictingLabels, .warning,
                "\(pictures.count) pictures are under two labels, \(same) as identical files",
                pictures.count, Array(shown.prefix(examples)))
        ]
    }

    /// Files that cannot be read, have changed, are tiny, or show no face.
    func files(_ subject: AuditSubject) -> [AuditFinding] {
        let unreadable = subject.unreadable.map { AuditExample(files: [$0.file], note: $0.reason) }
        let changed = subject.changed.map { AuditExample(files: [$0], note: "another SHA-256") }
        let faceless = subject.withoutFace.map { AuditExample(files: [$0], note: "no face found") }
        let since = "changed since the manifest was written"
        return [
            single(.unreadable, .warning, "cannot be read", "cannot be read", unreadable),
            single(.damaged, .warning, "has damaged data", "have damaged data", damaged(subject)),
            single(.changedFiles, .warning, "has \(since)", "have \(since)", changed),
            single(
                .tiny, .warning, "is smaller than \(tinySide) pixels",
                "are smaller than \(tinySide) pixels", tiny(subject)),
            single(
                .noFace, .note, "shows no face that could be found",
                "show no face that could be found", faceless),
        ].compactMap { $0 }
    }

    private func damaged(_ subject: AuditSubject) -> [AuditExample] {
        zip(subject.files, subject.facts).compactMap { file, facts in
            facts.doubt.map { AuditExample(files: [file.file], note: $0) }
        }
    }

    /// Classes that a person would call by one name.
    func labels(_ subject: AuditSubject) -> [AuditFinding] {
        let alike = NameForms.alike(subject.classes)
        guard !alike.isEmpty else { return [] }
        let words = alike.map { "\(NameForms.list($0)) differ only in form" }
        return [
            plain(
                .similarLabels, .warning, "classes \(words.joined(separator: ", "))",
                subject.files.count { file in
                    alike.contains { $0.contains(subject.classes[file.label]) }
                }, [])
        ]
    }

    private func tiny(_ subject: AuditSubject) -> [AuditExample] {
        zip(subject.files, subject.facts)
            .filter { min($0.1.width, $0.1.height) < tinySide }
            .map { AuditExample(files: [$0.file], note: "\($1.width) x \($1.height)") }
    }

    /// Pictures that are at fault by themselves: what one does, what several do, and which.
    private func single(
        _ kind: AuditKind, _ severity: AuditSeverity, _ one: String, _ several: String,
        _ all: [AuditExample]
    ) -> AuditFinding? {
        guard !all.isEmpty else { return nil }
        let summary = all.count == 1 ? "1 picture \(one)" : "\(all.count) pictures \(several)"
        return plain(kind, severity, summary, all.count, all)
    }

    /// Classes of very different size.
    func classes(_ subject: AuditSubject) -> [AuditFinding] {
        var counts = [Int](repeating: 0, count: subject.classes.count)
        for file in subject.files { counts[file.label] += 1 }
        guard let smallest = counts.indices.min(by: { counts[$0] < counts[$1] }),
            let largest = counts.indices.max(by: { counts[$0] < counts[$1] }),
            Double(counts[largest]) > imbalance * Double(counts[smallest])
        else { return [] }
        let all = zip(subject.classes, counts).map { "\($0) \($1)" }
        let summary =
            "classes are uneven: \(subject.classes[largest]) has \(counts[largest]) pictures, "
            + "\(subject.classes[smallest]) \(counts[smallest])"
        return [
            plain(
                .classImbalance, .note, summary, subject.files.count,
                [AuditExample(files: [], note: all.joined(separator: ", "))])
        ]
    }

    private static func words(_ pair: PicturePair) -> String {
        let correlation = String(format: "%.2f", pair.correlation)
        return "near duplicates (correlation \(correlation)\(pair.mirrored ? ", mirrored" : ""))"
    }

    private func example(
        _ subject: AuditSubject, _ a: Int, _ b: Int, _ note: String
    ) -> AuditExample {
        AuditExample(files: [subject.files[a].file, subject.files[b].file], note: note)
    }

    private func plain(
        _ kind: AuditKind, _ severity: AuditSeverity, _ summary: String, _ pictures: Int,
        _ examples: [AuditExample]
    ) -> AuditFinding {
        AuditFinding(
            kind: kind, severity: severity, summary: summary, pictures: pictures,
            testPictures: nil, validationPictures: nil, examples: examples)
    }
}
