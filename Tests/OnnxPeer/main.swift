import Formats
import Foundation
import Torch

// onnx-peer FOLDER NAME... : what Winnow makes of FOLDER/NAME.onnx, one JSON line each. Beside it lies what
// Benchmarks/peers/onnx/export.py stored; NAME.winnow.onnx, NAME.cut.onnx and NAME.cut.safetensors are written.
// onnx-peer --step-ratio SIZE... : ResNet-18's training step, this executor's time over Networks' own.
// scripts/peers calls this, for as long as `winnow` itself takes no ONNX.
Runtime.installCachingAllocator()
let arguments = Array(CommandLine.arguments.dropFirst())
guard let folder = arguments.first else {
    FileHandle.standardError.write(Data("onnx-peer FOLDER NAME...\n".utf8))
    exit(2)
}
if folder == "--step-ratio" {
    for size in arguments.dropFirst().compactMap(Int.init) {
        let (graph, network, ratio) = try StepRatio(size: size).measure()
        print(
            String(
                format: "%d px: %.2f ms through the graph, %.2f ms before, paired ratio %.4f", size,
                1000 * graph, 1000 * network, ratio))
    }
    exit(0)
}
for name in arguments.dropFirst() {
    var check = PeerCheck(folder: URL(fileURLWithPath: folder), name: name)
    do { try check.run() } catch { check.row.error = "\(error)" }
    FileHandle.standardOutput.write(try check.row.line())
}
