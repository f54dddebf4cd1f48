import ArgumentParser

/// The batch that a measurement for `scripts/bench` is of.
struct MeasuredBatch: ParsableArguments {
    @Option(help: "Threads.")
    var threads = 2
    @Option(help: "Pictures in the batch.")
    var batch = 8
    @Option(help: "Height and width of the pictures.")
    var size = 224

    func validate() throws {
        for (option, value, most) in [
            ("threads", threads, 1024), ("batch", batch, 4096), ("size", size, 4096),
        ] {
            try Self.check(option, value, most)
        }
    }

    /// Refuses counts that nobody means.
    static func check(_ option: String, _ value: Int, _ most: Int) throws {
        guard (1...most).contains(value) else {
            throw ValidationError("--\(option) must be 1 to \(most), got \(value)")
        }
    }
}
