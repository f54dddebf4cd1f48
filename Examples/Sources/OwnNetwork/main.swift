// A network of one's own, Tiny.swift: drawn, written for any ONNX runtime, read back, pruned and cut:
//   OwnNetwork tiny.onnx
import Foundation
import Winnow

let network = try Network.drawn(.tiny, classes: 10, seed: 1)

guard let path = CommandLine.arguments.dropFirst().first else {
    print("usage: OwnNetwork OUTPUT.onnx")
    exit(2)
}
try network.write(to: URL(filePath: path))
let again = try Network.open(URL(filePath: path))
let small = try again.pruned(by: .weightAngle, .fraction(0.5)).cut()
print("\(try again.cost().parameters) numbers, \(try small.cost().parameters) after the cut")

// Its weights under its own names, as a built-in network's under torchvision's.
let weights = URL(filePath: path).deletingPathExtension().appendingPathExtension("pth")
try network.write(to: weights)
let loaded = try Network.open(weights, as: .tiny)
for name in loaded.parameterNames {
    guard try loaded.parameter(name)?.values == network.parameter(name)?.values else {
        print("\(name): not as it was written")
        exit(1)
    }
}
print("\(loaded.parameterNames.count) parameters by name, as they were written")
