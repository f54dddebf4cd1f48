import Comparing
import Formats
import Foundation
import Models
import Testing

/// `winnow finetune --distributed` and `retrain` in several processes, as torchrun starts them.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"), .serialized)
struct DistributedCallTests {
    /// Settings of a training of few steps; the last of them has fewer pictures than four processes.
    private static let settings =
        "finetune --data data --groups none --weights w.pth --size 64 --epochs 1 --batch-size 8 --seed 3 "
        + "--threads 1 --learning-rate 0.001"

    /// A network whose gradients have no edges: where a ReLU's input is all but zero, it opens in some processes and not
    /// in one, whatever they do right (docs/distributed.md).
    private static let smooth = "smooth.safetensors"
    private func writeSmooth(_ folder: URL) throws {
        var model = try Model.drawn(.named("resnet20"), classes: 2, size: 32, seed: 1)
        model.classes = ["cat", "dog"]
        for index in model.graph.nodes.indices where model.graph.nodes[index].type == "Relu" {
            let old = model.graph.nodes[index]
            model.graph.nodes[index] = Node(
                name: old.name, type: "Elu", inputs: old.inputs, outputs: old.outputs)
        }
        try model.write(to: folder.appending(path: Self.smooth))
    }
    private static let smoothSettings = settings.replacing(
        "--weights w.pth --size 64", with: "--model \(smooth)")

    /// A port that nobody uses just now.
    private static func freePort() -> Int {
        #if os(Linux)
            let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let file = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(file) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(file, $0, length)
                _ = getsockname(file, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func start(
        _ call: String, of size: Int, in folder: URL, host: String = "127.0.0.1",
        change: (Int, [String]) -> [String] = { $1 }, through: (Int) -> [String] = { _ in [] }
    ) throws -> [Program.Running] {
        let port = Self.freePort()
        let words = call.split(separator: " ").map(String.init) + ["--distributed"]
        return try (0..<size).map { rank in
            try Program.start(
                change(rank, words), in: folder,
                environment: [
                    "RANK": "\(rank)", "WORLD_SIZE": "\(size)", "LOCAL_RANK": "\(rank)",
                    "LOCAL_WORLD_SIZE": "\(size)", "MASTER_ADDR": host, "MASTER_PORT": "\(port)",
                ], through: through(rank))
        }
    }

    /// Every number within 1e-5 of the largest of its tensor.
    private func expectSame(
        _ file: String, as other: String, in folder: URL,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (first, second) = (
            try Model.read(folder.appending(path: other)),
            try Model.read(folder.appending(path: file))
        )
        #expect(first.state.names == second.state.names, sourceLocation: sourceLocation)
        for (name, tensor) in first.state.entries where tensor.dtype == .float32 {
            let (a, b): ([Float], [Float]) = (
                try tensor.values(), try second.state.require(name).values()
            )
            let largest = a.map(abs).max() ?? 0
            let worst = largestDifference(a, b)
            #expect(worst <= 1e-5 * largest, "\(name)", sourceLocation: sourceLocation)
        }
    }

    /// The way from w.pth of all numbers that are there too: apart by a twentieth of it at most.
    private func expectNear(_ file: String, to other: String, in folder: URL) throws {
        let start = try TensorFile.read(folder.appending(path: "w.pth"))
        let (first, second) = (
            try Model.read(folder.appending(path: other)).state,
            try Model.read(folder.appending(path: file)).state
        )
        var (apart, way) = (0.0, 0.0)
        for (name, tensor) in first.entries where tensor.dtype == .float32 {
            let (a, b): ([Float], [Float]) = (
                try tensor.values(), try second.require(name).values()
            )
            guard let from: [Float] = try StateDictionary(start)[name]?.values(),
                from.count == a.count
            else { continue }
            for place in a.indices {
                apart += Double(a[place] - b[place]) * Double(a[place] - b[place])
                way += Double(a[place] - from[place]) * Double(a[place] - from[place])
            }
        }
        #expect(way > 0 && apart.squareRoot() <= 0.05 * way.squareRoot(), "\(apart / way)")
    }

    /// With ReLUs, too, but for a unit at its edge.
    @Test func severalMakeWhatOneMakesOfReLUs() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            _ = try Program.run(Self.settings + " -o one.safetensors", in: folder)
            let outcomes = try start(
                Self.settings + " --sync-batch-norm -o two.safetensors", of: 2, in: folder
            ).map { try $0.outcome() }
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
            try expectNear("two.safetensors", to: "one.safetensors", in: folder)
        }
    }

    @Test func severalMakeWhatOneMakes() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try writeSmooth(folder)
            let call = Self.smoothSettings + " --json"
            let alone = try Program.run(call + " -o one.safetensors", in: folder)
            for size in [2, 4] {
                let running = try start(
                    call + " --sync-batch-norm -o \(size).safetensors", of: size,
                    in: folder)
                let outcomes = try running.map { try $0.outcome() }
                #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
                #expect(outcomes.dropFirst().allSatisfy { $0.output.isEmpty && $0.error.isEmpty })
                #expect(try Counted(outcomes[0].output) == Counted(alone.output))
                try expectSame("\(size).safetensors", as: "one.safetensors", in: folder)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!left.contains { $0.hasSuffix(".resume") })
        }
    }

    /// Pruned weights are zeros whoever trains what is left: each process looks after every epoch. It goes on from trained
    /// weights: where biases begin at zero, rounding is much of what two steps make of them.
    @Test func retrainingPrunedNetworksTooMakesWhatOneMakes() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try writeSmooth(folder)
            for call in [
                "finetune --data data --groups none --model \(Self.smooth) --epochs 6 "
                    + "--batch-size 8 --threads 1 --learning-rate 0.01 -o whole.safetensors",
                "prune whole.safetensors --method percentile --amount 0.5 -o half.safetensors",
            ] { _ = try Program.run(call, in: folder) }
            let call =
                "retrain half.safetensors --data data --rewind none --epochs 1 --batch-size 8 --threads 1 --json"
            let alone = try Program.run(call + " -o one.safetensors", in: folder)
            for size in [2, 4] {
                let outcomes = try start(
                    call + " --sync-batch-norm -o \(size).safetensors", of: size, in: folder
                ).map { try $0.outcome() }
                #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
                #expect(outcomes.dropFirst().allSatisfy { $0.output.isEmpty && $0.error.isEmpty })
                #expect(try Counted(outcomes[0].output) == Counted(alone.output))
                try expectSame("\(size).safetensors", as: "one.safetensors", in: folder)
                let network = try Model.read(folder.appending(path: "\(size).safetensors"))
                #expect(!network.masks.names.isEmpty)
                for (name, mask) in network.masks.entries {
                    let weights: [Float] = try network.state.require(name).values()
                    let kept: [Float] = try mask.values()
                    #expect(zip(weights, kept).allSatisfy { $1 != 0 || $0 == 0 }, "\(name)")
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!left.contains { $0.hasSuffix(".resume") })
        }
    }

    /// What a run counted; its losses are rounded otherwise.
    private struct Counted: Decodable, Equatable {
        struct Part: Decodable, Equatable {
            let accuracy: Double
            let count: Int
        }
        struct Epoch: Decodable, Equatable {
            let trainAccuracy: Double
            let evaluation: Part
        }
        let trainCount: Int
        let history: [Epoch]
        let test: Part

        init(_ text: String) throws {
            self = try JSONDecoder().decode(Counted.self, from: Data(text.utf8))
        }
    }

    @Test func withoutSharedNormsTheRunningStatisticsAreProcessZeros() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let outcomes = try start(Self.settings + " -o m.safetensors", of: 2, in: folder)
                .map { try $0.outcome() }
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
            #expect(outcomes[0].error.contains("each one's own pictures"))
            #expect(try Model.read(folder.appending(path: "m.safetensors")).classes.count == 2)
        }
    }

    private func wait(_ seconds: Double = 60, until isSo: () -> Bool) {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end, !isSo() { usleep(20_000) }
    }

    /// Kills process 1 in the second epoch: the other says so and ends; all again, and the first epoch is taken up.
    @Test func aLostProcessEndsAllAndTheRunGoesOn() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call =
                Self.settings.replacing("--epochs 1", with: "--epochs 40") + " -o m.safetensors"
            let running = try start(call, of: 2, in: folder)
            wait { running[0].said.contains("epoch 2/40") }
            kill(running[1].process.processIdentifier, SIGKILL)
            let left = try running[0].outcome()
            _ = try running[1].outcome()
            #expect(left.status == 1)
            #expect(left.error.contains("process 0 of 2 lost the others"), "\(left.error)")
            let again = try start(call, of: 2, in: folder)
            wait { again[0].said.contains("epoch 3/40") }
            // One is asked to stop, and all do, after the same step.
            again[1].process.interrupt()
            let stopped = try again.map { try $0.outcome() }
            #expect(stopped[0].error.contains("resumed"), "\(stopped[0].error)")
            #expect(stopped.allSatisfy { $0.status == stopped[0].status && $0.status != 0 })
            #expect(stopped[0].error.contains("Interrupted in epoch"), "\(stopped[0].error)")
        }
    }

    @Test func othersSettingsAreRefusedByAll() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let running = try start(
                Self.settings + " -o m.safetensors", of: 2, in: folder,
                change: { $0 == 0 ? $1 : $1.map { $0 == "0.001" ? "0.002" : $0 } })
            let outcomes = try running.map { try $0.outcome() }
            for outcome in outcomes {
                #expect(outcome.status == 1)
                #expect(outcome.error.contains("not given the same"), "\(outcome.error)")
            }
        }
    }

    @Test func moreProcessesThanPicturesOfAStepAreRefused() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = Self.settings.replacing("--batch-size 8", with: "--batch-size 1")
            let outcomes = try start(call + " -o m.safetensors", of: 2, in: folder)
                .map { try $0.outcome() }
            #expect(outcomes.allSatisfy { $0.status == 1 })
            #expect(outcomes[0].error.contains("2 processes share a step of --batch-size 1"))
        }
    }

    /// Whether this is a machine on which a second network can be made beside the first.
    private static let hasNamespaces: Bool = {
        guard getuid() == 0 else { return false }
        let made = ip("netns add winnow-probe")
        if made { _ = ip("netns del winnow-probe") }
        return made
    }()

    @discardableResult private static func ip(_ words: String) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ip"] + words.split(separator: " ").map(String.init)
        (process.standardOutput, process.standardError) = (
            FileHandle.nullDevice, FileHandle.nullDevice
        )
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test(.enabled(if: hasNamespaces, "no second network can be made here (root and iproute2)"))
    func twoMachinesMakeWhatOneMakes() throws {
        let name = "winnow-\(getpid())"
        defer { Self.ip("netns del \(name)") }
        for words in [
            "netns add \(name)", "link add wa\(getpid()) type veth peer name wb netns \(name)",
            "addr add 10.213.7.1/30 dev wa\(getpid())", "link set wa\(getpid()) up",
            "-n \(name) addr add 10.213.7.2/30 dev wb", "-n \(name) link set wb up",
        ] { try #require(Self.ip(words), "\(words)") }
        try withFolder { folder in
            try fillWithPictures(folder)
            try writeSmooth(folder)
            _ = try Program.run(Self.smoothSettings + " -o one.safetensors", in: folder)
            let outcomes = try start(
                Self.smoothSettings + " --sync-batch-norm -o two.safetensors", of: 2, in: folder,
                host: "10.213.7.1",
                through: { $0 == 0 ? [] : ["/usr/bin/env", "ip", "netns", "exec", name] }
            ).map { try $0.outcome() }
            #expect(outcomes.allSatisfy { $0.status == 0 }, "\(outcomes.map(\.error))")
            try expectSame("two.safetensors", as: "one.safetensors", in: folder)
        }
    }
}
