import Foundation
import Measuring

/// What `winnow bench` found, as tables or as JSON.
struct BenchScreen: Encodable {
    struct Account: Encodable {
        let network: String
        let of: Accounting
    }

    /// How many times as fast the first network is as the other, on one engine in one setting.
    struct Ratio: Encodable {
        let engine: Engine
        let batch: Int
        let threads: Int
        /// Multiply-adds of the other over those of the first: what could be hoped for.
        let theoretical: Double
        /// Median seconds of the other over those of the first.
        let measured: Double
    }

    let processor: String
    /// What sets the processor's clock; nil where the system does not say.
    let governor: String?
    let cores: Int
    let height: Int
    let width: Int
    let accounts: [Account]
    let rows: [Bench.Row]
    let ratios: [Ratio]

    init(
        processor: String, governor: String?, cores: Int, height: Int, width: Int,
        accounts: [Account], rows: [Bench.Row]
    ) {
        (self.processor, self.governor, self.cores) = (processor, governor, cores)
        (self.height, self.width) = (height, width)
        (self.accounts, self.rows) = (accounts, rows)
        guard accounts.count == 2 else {
            ratios = []
            return
        }
        let theoretical = Double(accounts[1].of.macs) / Double(max(1, accounts[0].of.macs))
        // Of every setting: the first network on each engine, then the other on each.
        let engines = Set(rows.map(\.engine)).count
        ratios = stride(from: 0, to: rows.count, by: 2 * engines).flatMap { start in
            (start..<start + engines).map { index in
                let (own, other) = (rows[index], rows[index + engines])
                return Ratio(
                    engine: own.engine, batch: own.batch, threads: own.threads,
                    theoretical: theoretical,
                    measured: other.seconds.median / own.seconds.median)
            }
        }
    }

    func show() {
        let clock = governor.map { "governor \($0)" } ?? "governor unknown"
        Output.line("\(processor), \(cores) cores, \(clock); pictures of \(width)x\(height)\n")
        NetworkFiles.printTable(
            [
                [
                    "network", "engine", "batch", "threads", "median ms", "quartiles", "p95",
                    "pictures/s", "peak MB",
                ]
            ] + rows.map(row))
        if let count = rows.first?.seconds.count {
            Output.line("of \(count) rounds each; peak memory is of the whole process\n")
        }
        NetworkFiles.printTable(
            [
                [
                    "network", "parameters", "not zero", "bytes", "deflated", "multiply-adds",
                    "zeros free", "as cut",
                ]
            ]
                + accounts.map {
                    [$0.network]
                        + [
                            $0.of.parameters, $0.of.nonzeroParameters, $0.of.bytes,
                            $0.of.deflatedBytes, $0.of.macs, $0.of.nonzeroMACs, $0.of.cutMACs,
                        ].map(String.init)
                })
        guard !ratios.isEmpty else { return }
        Output.line("\n\(accounts[0].network) against \(accounts[1].network)")
        NetworkFiles.printTable(
            [["engine", "batch", "threads", "speed-up", "by multiply-adds"]]
                + ratios.map {
                    [
                        $0.engine.rawValue, "\($0.batch)", "\($0.threads)", times($0.measured),
                        times($0.theoretical),
                    ]
                })
    }

    private func row(_ row: Bench.Row) -> [String] {
        let time = row.seconds
        return [
            row.network, row.engine.rawValue, "\(row.batch)", "\(row.threads)",
            milliseconds(time.median),
            "\(milliseconds(time.lowerQuartile))-\(milliseconds(time.upperQuartile))",
            milliseconds(time.p95), String(format: "%.1f", row.picturesPerSecond),
            row.peakBytes.map { String(format: "%.0f", Double($0) / 1e6) } ?? "-",
        ]
    }

    private func milliseconds(_ seconds: Double) -> String { String(format: "%.2f", 1e3 * seconds) }
    private func times(_ ratio: Double) -> String { String(format: "%.2fx", ratio) }
}
