import Formats
import Foundation
import Models

/// onnxruntime as a contender: a Python that has it runs a small program.
package struct OnnxRuntime: Sendable {
    package let python: URL
    /// Before the program's own arguments.
    private let first: [String]
    private let environment: [String: String]

    /// The Python of `WINNOW_ONNXRUNTIME_PYTHON`, or any with what `scripts/setup --onnxruntime` installs.
    ///
    /// - Parameter program: this program, above which `.dependencies` is looked for.
    /// - Throws: `MeasuringError` that says how it is installed.
    package init(
        _ environment: [String: String] = ProcessInfo.processInfo.environment, program: URL?
    ) throws {
        if let given = environment["WINNOW_ONNXRUNTIME_PYTHON"], !given.isEmpty {
            guard FileManager.default.isExecutableFile(atPath: given) else {
                throw MeasuringError(
                    "WINNOW_ONNXRUNTIME_PYTHON=\(given): no program is there; expected a Python that "
                        + "has onnxruntime")
            }
            (python, first, self.environment) = (URL(fileURLWithPath: given), [], [:])
            return
        }
        let places = ProgramFolders.above(program).map {
            $0.appendingPathComponent(".dependencies/onnxruntime")
        }
        guard
            let found = places.first(where: {
                FileManager.default.fileExists(
                    atPath: $0.appendingPathComponent("onnxruntime").path)
            })
        else {
            throw MeasuringError(
                "engine onnxruntime: it is not installed. Run  scripts/setup --onnxruntime  or name a "
                    + "Python that has it: WINNOW_ONNXRUNTIME_PYTHON=PYTHON")
        }
        python = URL(fileURLWithPath: "/usr/bin/env")
        first = ["python3"]
        self.environment = ["PYTHONPATH": found.path]
    }

    /// Starts it on an ONNX file.
    package func start(_ contender: Contender, _ setting: BenchSetting) throws -> EngineProcess {
        try EngineProcess(
            "\(contender.network) in onnxruntime", program: python,
            arguments: first + ["-c", Self.program, contender.file.path]
                + [setting.batch, setting.threads, setting.height, setting.width].map(String.init),
            environment: environment)
    }

    /// What it runs: the file itself, or a network of Winnow's as ONNX with its batch norms folded.
    package static func file(
        for url: URL, height: Int, width: Int, in folder: URL
    ) throws -> URL {
        if url.pathExtension.lowercased() == "onnx" { return url }
        let model = try Model.open(url).sized(height: height, width: width).foldingBatchNorms()
        let name = "\(url.deletingPathExtension().lastPathComponent)-\(UUID()).onnx"
        let made = folder.appendingPathComponent(name)
        try model.write(onnx: made)
        return made
    }

    /// The program: FILE BATCH THREADS HEIGHT WIDTH, then orders on standard input (`EngineProcess`).
    ///
    /// Threads do not spin while they wait, as Winnow's do not. VmHWM is that of the program itself (proc(5));
    /// ru_maxrss on Linux counts what its parent had when it was started, so it is read on macOS alone.
    static let program = """
        import resource, sys, time
        def say(text):
            print(str(text).replace("\\n", " "), flush=True)
        def peak():
            if sys.platform == "darwin":
                return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for line in open("/proc/self/status"):
                if line.startswith("VmHWM:"):
                    return 1024 * int(line.split()[1])
        try:
            import numpy, onnxruntime
        except ImportError as error:
            say(f"error {sys.executable} has no onnxruntime ({error}). Run  scripts/setup --onnxruntime  or name "
                "a Python that has it: WINNOW_ONNXRUNTIME_PYTHON=PYTHON")
            sys.exit()
        try:
            batch, threads, height, width = map(int, sys.argv[2:6])
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
            options.log_severity_level = 3
            for pool in ("intra_op", "inter_op"):
                options.add_session_config_entry(f"session.{pool}.allow_spinning", "0")
            session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
            given, shape = session.get_inputs()[0], [batch, 3, height, width]
            fits = [not isinstance(size, int) or size == wanted for size, wanted in zip(given.shape, shape)]
            if len(given.shape) != 4 or not all(fits):
                raise ValueError(f"the file takes {given.shape}, not {shape}: export it for that, or leave the "
                                 "batch free")
            feed = {given.name: numpy.random.default_rng(1).standard_normal(shape, numpy.float32)}
            session.run(None, feed)
            say("ready")
            for order in sys.stdin:
                if order.strip() == "run":
                    start = time.perf_counter()
                    session.run(None, feed)
                    say(f"seconds {time.perf_counter() - start}")
                else:
                    say(f"bytes {peak()}")
        except KeyboardInterrupt:
            pass
        except Exception as error:
            say(f"error {error}")
        """
}
