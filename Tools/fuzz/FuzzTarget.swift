import Formats
import Foundation

/// One way that bytes of strangers come in, and what reads them.
struct FuzzTarget: Sendable {
    let name: String
    /// Reads the bytes; an error is a good answer, and thrown away.
    let read: @Sendable (Data) throws -> Void

    /// What one input may add to the memory held, beyond what it takes itself.
    private static let mostMemory = 64 << 20
    /// Seconds of processor time that one input may take: a busy machine is no fault of the input's.
    private static let mostTime = 1.0

    /// Reads the bytes, and ends the process where that takes too long or too much memory.
    func check(_ data: Data) {
        let (before, start) = (Self.memoryPeak(), Self.time())
        do {
            try read(data)
        } catch {}
        let (more, seconds) = (Self.memoryPeak() - before, Self.time() - start)
        if more > Self.mostMemory + 4 * data.count {
            fatalError("\(name): \(data.count) bytes took \(more >> 20) MiB")
        }
        if seconds > Self.mostTime { fatalError("\(name): took \(seconds) seconds") }
    }

    /// Processor time that the process has taken, in seconds.
    private static func time() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The most memory that the process has held, in bytes.
    private static func memoryPeak() -> Int {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        #endif
    }
}

extension FuzzTarget {
    static let all: [FuzzTarget] = formats + rooms

    /// What room Formats reads.
    private static let formats: [FuzzTarget] = [
        FuzzTarget(name: "zip") { data in
            let archive = try ZipArchive(data, file: "f")
            for entry in archive.entries.prefix(16) {
                _ = try? archive.contents(entry, limit: 1 << 20)
            }
        },
        FuzzTarget(name: "pth") { try use(TensorFile.read($0, file: "f")) },
        FuzzTarget(name: "pickle") { data in
            let entries = [StoredZip.Entry("a/data.pkl", data)] + storages
            try use(TensorFile.read(StoredZip.made(entries), file: "f"))
        },
        FuzzTarget(name: "safetensors") { try use(TensorFile.read($0, file: "f")) },
        FuzzTarget(name: "onnx") { data in
            let model = try ONNXReader.read(data, file: "f", folder: nil)
            try use(model.initializers)
        },
        FuzzTarget(name: "xlsx") { data in
            _ = try FeatureTable(
                XlsxReader.read(Workbook.made(data), file: "f"), layout: FeatureLayout())
        },
        FuzzTarget(name: "csv") { data in
            _ = try FeatureTable(CSVReader.read(data, file: "f"), layout: FeatureLayout())
        },
        FuzzTarget(name: "jpeg") { try picture($0) },
        FuzzTarget(name: "png") { try picture($0) },
        FuzzTarget(name: "webp") { try picture($0) },
    ]

    /// What pickles refer to; made once, for the sake of their checksums.
    private static let storages = (0..<8).map {
        StoredZip.Entry("a/data/\($0)", Data(repeating: 1, count: 4096))
    }

    private static func use(_ dict: StateDict) throws {
        for entry in dict.entries { _ = entry.tensor.floats() }
    }

    private static func picture(_ data: Data) throws {
        _ = try Picture.examined(data, named: "f", limits: PictureLimits(pixels: 1 << 20))
    }
}
