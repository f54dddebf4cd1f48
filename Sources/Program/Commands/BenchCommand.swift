import ArgumentParser
import Core
import Datasets
import Foundation
import Measuring
import Models
import Soundness

/// `winnow bench`: how fast a network runs, what it weighs, and both against another.
struct BenchCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measures how fast networks run, in Winnow and in onnxruntime, and what they weigh.",
        discussion: """
            Every network on every engine is a process of its own; they take turns, one forward pass \
            each, on made-up pictures, so that what disturbs the machine falls on all. Rounds before \
            the first that counts are not counted. Quartiles and the 95th percentile say how steady it \
            was; ratios are of medians.
            """)

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Option(help: "Another network: how many times as fast the first is.")
    var against: String?
    @Option(help: "winnow, onnxruntime, or both, joined by a comma.")
    var engine = Engine.winnow.rawValue
    @Option(help: "Pictures at once; several, joined by commas.")
    var batch = "1"
    @Option(help: "Threads; several, joined by commas.")
    var threads = "1"
    @Option(help: "Height and width of the pictures (default: what the network was made for).")
    var size: Int?
    @Option(help: "Rounds that count.")
    var repeats = 30
    @Flag(help: "Print one JSON document instead of tables.")
    var json = false

    func run() throws {
        let engines = try engines()
        let (batches, counts) = (
            try Self.numbers(batch, "batch"), try Self.numbers(threads, "threads")
        )
        // Before any network is opened.
        try MeasuredBatch.check("repeats", repeats, 100_000)
        if let size { try MeasuredBatch.check("size", size, 4096) }
        let runtime = engines.contains(.onnxruntime) ? try OnnxRuntime(program: Winnow.file) : nil
        let files = [model] + (against.map { [$0] } ?? [])
        let networks = try files.map { try NetworkFiles.network($0, size: size) }
        let (height, width) = try side(networks[0], model)
        let accounts = try zip(files, networks).map { file, network in
            BenchScreen.Account(
                network: file,
                of: try Accounting(
                    network, file: NetworkFiles.url(file), height: height, width: width))
        }
        let rows = try withScratchFolder { folder in
            let contenders = try files.flatMap { file in
                try engines.map { engine in
                    let url = NetworkFiles.url(file)
                    guard engine == .onnxruntime else { return Contender(file, url, engine) }
                    let written = try OnnxRuntime.file(
                        for: url, height: height, width: width, in: folder)
                    return Contender(file, written, engine)
                }
            }
            return try measure(
                Bench(
                    contenders, batches: batches, threads: counts, height: height, width: width,
                    repeats: repeats), runtime)
        }
        let screen = BenchScreen(
            processor: Machine.processor, governor: Machine.governor, cores: Machine.cores,
            height: height, width: width, accounts: accounts, rows: rows)
        if json { try NetworkFiles.printJSON(screen) } else { screen.show() }
    }

    private func measure(_ bench: Bench, _ runtime: OnnxRuntime?) throws -> [Bench.Row] {
        let line = ProgressLine("bench", unit: "rounds")
        defer { line.finish() }
        return try bench.rows(
            start: { contender, setting in
                if contender.engine == .onnxruntime, let runtime {
                    return try runtime.start(contender, setting)
                }
                return try EngineProcess(
                    "\(contender.network) in winnow", program: Winnow.file,
                    arguments: WinnowEngine.arguments(contender.file, setting))
            },
            progress: { done, total, setting in
                line.update(
                    done, of: total,
                    "\(setting.batch) pictures at once, \(setting.threads) threads")
            })
    }

    /// The pictures' size: what was asked for, what the network was prepared for, or what its file says.
    private func side(_ network: Model, _ file: String) throws -> (height: Int, width: Int) {
        if let size { return (size, size) }
        let known = try NetworkFiles.value(
            Preprocessing.self, "preprocessing", of: network, file: file)
        if let known { return (known.height, known.width) }
        let sides = (network.graph.input.shape ?? []).suffix(2).compactMap { $0 }
        guard sides.count == 2 else {
            throw ValidationError("\(file) takes pictures of any size: say which with --size N")
        }
        return (sides[0], sides[1])
    }

    private func engines() throws -> [Engine] {
        try engine.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let known = Engine(rawValue: String(word)) else {
                throw ValidationError(
                    NearestName.refusal(
                        of: String(word), "engine", among: Engine.allCases.map(\.rawValue)))
            }
            return known
        }
    }

    private static func numbers(_ text: String, _ option: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let number = Int(word), number > 0 else {
                throw ValidationError(
                    "--\(option) \(text): expected numbers from 1 on, joined by commas, as 1,32")
            }
            return number
        }
    }
}

/// Runs `body` with a folder that is gone after it.
private func withScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-bench-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// The process that `winnow bench` measures Winnow's engine in.
struct BenchEngineCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "bench-engine", abstract: "Serves winnow bench.", shouldDisplay: false)

    @Argument var file: String
    @Option var batch: Int
    @Option var threads: Int
    @Option var height: Int
    @Option var width: Int

    func run() {
        WinnowEngine.serve(
            NetworkFiles.url(file),
            BenchSetting(batch: batch, threads: threads, height: height, width: width))
    }
}
