import Formats
import Foundation
import Torch

// onnx-peer FOLDER NAME... : what Winnow makes of FOLDER/NAME.onnx, one JSON line each. Beside it lies what
// Benchmarks/peers/onnx/export.py stored; NAME.winnow.onnx, NAME.cut.onnx and NAME.cut.safetensors are written.
// scripts/peers calls this, for as long as `winnow` itself takes no ONNX.
Runtime.installCachingAllocator()
let arguments = Array(CommandLine.arguments.dropFirst())
guard let folder = arguments.first else {
    FileHandle.standardError.write(Data("onnx-peer FOLDER NAME...\n".utf8))
    exit(2)
}
for name in arguments.dropFirst() {
    var check = PeerCheck(folder: URL(fileURLWithPath: folder), name: name)
    do { try check.run() } catch { check.row.error = "\(error)" }
    FileHandle.standardOutput.write(try check.row.line())
}
