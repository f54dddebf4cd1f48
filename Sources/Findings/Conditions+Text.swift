extension Conditions {
    /// One line each, for a terminal or a document.
    package var lines: [String] {
        var lines = notes
        if let dataProtocol { lines.append("Protocol: \(dataProtocol.name)") }
        if let data { lines.append(data.text) }
        lines += starts.map(\.text)
        if let training { lines.append(training.text) }
        if let manifest = dataProtocol?.manifest {
            lines.append(
                "Division: the split of a manifest (SHA-256 \(manifest.prefix(12))), the same for "
                    + "every seed; intervals leave out what another division would change")
        }
        if let leak = dataProtocol?.leak { lines.append("WARNING: \(leak)") }
        lines += warnings.map { "WARNING: \($0)" }
        if !reductions.isEmpty { lines.append(Caution.reduced(reductions).text) }
        return lines
    }
}

extension Conditions.Data {
    /// `Pictures: 525 in 7 classes at 48 px (fingerprint 0123456789ab), groups by prefix`.
    package var text: String {
        "Pictures: \(pictures) in \(classes) classes at \(size) px (fingerprint "
            + "\(fingerprint.prefix(12))), groups by \(groupRule)"
            + (copies > 0 ? ", \(copies) pairs of copies kept together" : "")
            + (synthetic.map { ". \($0)" } ?? "")
    }
}

extension Conditions.Training {
    package var text: String {
        var text =
            "Training: \(epochs) epochs, batch \(batchSize), \(optimizer); \(seeds) "
            + (seeds == 1 ? "seed" : "seeds")
        if copies > 1 { text += "; each picture grown to \(copies)" }
        return text + "; study \(study), preset \(preset)"
    }
}
