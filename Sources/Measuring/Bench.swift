import Foundation

/// What runs a network.
package enum Engine: String, Sendable, CaseIterable, Codable {
    case winnow
    case onnxruntime
}

/// A network on an engine.
package struct Contender: Sendable, Equatable {
    /// As the person named the file.
    package let network: String
    /// What is run: the file itself, or what was made of it for this engine.
    package let file: URL
    package let engine: Engine

    package init(_ network: String, _ file: URL, _ engine: Engine) {
        (self.network, self.file, self.engine) = (network, file, engine)
    }
}

/// How a contender is run: so many pictures of a size at once, on so many threads.
package struct BenchSetting: Sendable, Equatable {
    package let batch: Int
    package let threads: Int
    package let height: Int
    package let width: Int

    package init(batch: Int, threads: Int, height: Int, width: Int) {
        (self.batch, self.threads) = (batch, threads)
        (self.height, self.width) = (height, width)
    }
}

/// How fast networks run on engines, measured by turns.
package struct Bench: Sendable {
    package let contenders: [Contender]
    package let batches: [Int]
    package let threads: [Int]
    package let height: Int
    package let width: Int
    /// Runs that count, and those before them that do not.
    package let repeats: Int
    package let warmUp: Int

    /// What one contender took in one setting.
    package struct Row: Sendable, Equatable, Codable {
        package let network: String
        package let engine: Engine
        package let batch: Int
        package let threads: Int
        /// Of one forward pass of the whole batch.
        package let seconds: Spread
        /// Batch over median.
        package let picturesPerSecond: Double
        /// Of the contender's own process, network and all: the most memory that was resident at once (on
        /// Linux VmHWM, proc(5)); nil where it cannot be told.
        package let peakBytes: Int?
    }

    /// - Throws: `MeasuringError` for counts that nobody means.
    package init(
        _ contenders: [Contender], batches: [Int] = [1], threads: [Int] = [1], height: Int,
        width: Int, repeats: Int = 30, warmUp: Int = 3
    ) throws {
        func check(_ name: String, _ values: [Int], most: Int) throws {
            guard !values.isEmpty, values.allSatisfy((1...most).contains) else {
                throw MeasuringError(
                    "`\(name)` must be 1 to \(most), got "
                        + (values.isEmpty
                            ? "nothing" : values.map(String.init).joined(separator: ",")))
            }
        }
        try check("batch", batches, most: 4096)
        try check("threads", threads, most: 1024)
        try check("size", [height, width], most: 4096)
        try check("repeats", [repeats], most: 100_000)
        (self.contenders, self.batches, self.threads) = (contenders, batches, threads)
        (self.height, self.width) = (height, width)
        (self.repeats, self.warmUp) = (repeats, max(0, warmUp))
    }

    /// Every batch with every number of threads.
    package var settings: [BenchSetting] {
        batches.flatMap { batch in
            threads.map {
                BenchSetting(batch: batch, threads: $0, height: height, width: width)
            }
        }
    }

    /// Measures all: of each setting every contender is started, then they take turns.
    ///
    /// - Parameters:
    ///   - start: makes a runner; `EngineProcess.start` but for tests.
    ///   - progress: rounds done, of how many, and the setting.
    package func rows(
        start: (Contender, BenchSetting) throws -> any Runner,
        progress: (Int, Int, BenchSetting) -> Void = { _, _, _ in }
    ) throws -> [Row] {
        try settings.flatMap { setting in
            var runners: [any Runner] = []
            defer { for runner in runners { runner.end() } }
            for contender in contenders { runners.append(try start(contender, setting)) }
            let seconds = try Turns.run(runners, repeats: repeats, warmUp: warmUp) {
                progress($0, $1, setting)
            }
            return try contenders.indices.map { index in
                let spread = try Spread(seconds[index])
                return Row(
                    network: contenders[index].network, engine: contenders[index].engine,
                    batch: setting.batch, threads: setting.threads, seconds: spread,
                    picturesPerSecond: Double(setting.batch) / spread.median,
                    peakBytes: try runners[index].peakMemory())
            }
        }
    }
}
