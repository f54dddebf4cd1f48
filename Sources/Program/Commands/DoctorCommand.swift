import ArgumentParser
import Core
import Doctor
import Foundation
import Soundness
import Torch

/// `winnow doctor`: one screen that says whether this installation is sound.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says whether this installation is sound, and what is missing for which command.",
        discussion: """
            Checks versions, processor, threads and whether they stall, a quick sweep of convolutions \
            against float64, memory, disk, network, and what commands need. --sweep tries every \
            convolution of a long list instead, in minutes, by Winnow's code and by libtorch's own. \
            Status 0: sound; 1: something is wrong.
            """)

    @Flag(help: "Try the long list of convolutions (minutes), and nothing else.")
    var sweep = false
    @Option(
        name: .customLong("as"), help: "native, or avx2: as a processor without AVX-512 does it.")
    var emulation = Emulation.native.rawValue
    @Flag(help: "One JSON object.")
    var json = false
    @Option(help: .hidden)
    var sweepWorker: String?

    func validate() throws {
        guard Emulation(rawValue: emulation) != nil else {
            throw ValidationError(
                NearestName.refusal(
                    of: emulation, "processor", among: Emulation.allCases.map(\.rawValue)))
        }
    }

    func run() throws {
        if let sweepWorker {
            guard let order = SweepOrder(sweepWorker) else {
                throw ValidationError("no order of a sweep: '\(sweepWorker)'")
            }
            return try SweepWorker.run(order)
        }
        let isSound = try sweep ? longSweep() : checks()
        if !isSound { throw ExitCode(1) }
    }

    private var chosen: Emulation { Emulation(rawValue: emulation) ?? .native }

    // MARK: - the long sweep

    private func longSweep() throws -> Bool {
        // Winnow's first: it is what the status is of, and libtorch's takes long where it crashes.
        let reports = try [ConvolutionWay.winnow, .library].map { try swept(.long, $0) }
        if Interruption.isRequested { Console.note("Interrupted: the table is of what was done.") }
        if json {
            try NetworkFiles.printJSON(reports.map { SweepScreen.Answer($0, as: chosen) })
        } else {
            Output.line(SweepScreen.text(reports, as: chosen))
        }
        return reports[0].isSound
    }

    private func swept(_ extent: ConvolutionCase.Extent, _ way: ConvolutionWay) throws
        -> SweepReport
    {
        let line = ProgressLine("convolutions, \(way.rawValue)", unit: "shapes")
        defer { line.finish() }
        let sweep = Sweep(
            extent, way, program: Winnow.file, arguments: ["doctor", "--sweep-worker"],
            environment: chosen.environment)
        return try sweep.run(
            progress: { line.update($0, of: $1) }, isCancelled: { Interruption.isRequested })
    }

    // MARK: - the screen

    private func checks() throws -> Bool {
        let report = try swept(.quick, .winnow)
        let findings =
            [DoctorChecks.versions(), DoctorChecks.processor(), try DoctorChecks.threads()]
            + [DoctorChecks.convolutions(report, as: chosen), DoctorChecks.memory()]
            + DoctorChecks.disk() + [DoctorChecks.network()] + DoctorChecks.commands()
        let isSound = !findings.contains { $0.grade == .wrong }
        if json {
            try NetworkFiles.printJSON(DoctorScreen.Answer(isSound: isSound, findings: findings))
        } else {
            Output.line(DoctorScreen.text(findings, isSound))
        }
        return isSound
    }
}
