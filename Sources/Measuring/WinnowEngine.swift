import Foundation
import Models
import Torch

/// Winnow's own engine as a contender: the process that `EngineProcess` talks to.
package enum WinnowEngine {
    /// The command of this program that serves, and its arguments for a file and a setting.
    package static func arguments(_ file: URL, _ setting: BenchSetting) -> [String] {
        [
            "bench-engine", file.path, "--batch", "\(setting.batch)", "--threads",
            "\(setting.threads)", "--height", "\(setting.height)", "--width", "\(setting.width)",
        ]
    }

    /// Opens a network and answers orders on standard input until it ends.
    ///
    /// The weights are frozen before it runs (`Executor.init(frozen:)`); pictures are made up, and lie channels-last.
    package static func serve(_ file: URL, _ setting: BenchSetting) {
        do {
            let pass = try pass(file, setting)
            say("ready")
            while let order = readLine() {
                switch order {
                case "run": say("seconds \(try ContinuousClock().measure(pass) / .seconds(1))")
                case "memory": say("bytes \(peakMemory.map(String.init) ?? "")")
                default: say("error no order '\(order)'; there are run, memory")
                }
            }
        } catch {
            say("error \("\(error)".replacing("\n", with: " "))")
        }
    }

    /// One forward pass.
    static func pass(_ file: URL, _ setting: BenchSetting) throws -> () throws -> Void {
        Runtime.installCachingAllocator()
        Runtime.threads = setting.threads
        let model = try Model.open(file, size: setting.height)
            .sized(height: setting.height, width: setting.width)
        let network = try Executor(frozen: model.with(model.state.placed(on: .cpu)))
        let x = try Tensor.randn(
            [setting.batch, 3, setting.height, setting.width], Generator(seed: 1)
        ).channelsLast()
        return { _ = try noGrad { try network.forward(x, training: false) } }
    }

    private static func say(_ line: String) {
        // Whom it serves has gone: so does it.
        do {
            try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
        } catch { exit(1) }
    }

    /// The most memory of this process that was resident at once: VmHWM of proc(5) on Linux, nil elsewhere.
    static var peakMemory: Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? Int(words[1]).map { $0 * 1024 } : nil
    }
}
