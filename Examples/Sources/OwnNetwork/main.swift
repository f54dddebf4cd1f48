// A network of one's own: built, written for any ONNX runtime, read back, pruned and cut:
//   OwnNetwork tiny.onnx
import Foundation
import Winnow

var net = NetworkBuilder(size: 32)
var x = try net.relu("relu1", net.norm("bn1", net.conv("conv1", net.input, 32, kernel: 3)))
for block in 1...3 {
    let path = "block\(block)"
    let inner = try net.relu(
        "\(path).relu1", net.norm("\(path).bn1", net.conv("\(path).conv1", x, 32, kernel: 3)))
    let y = try net.norm("\(path).bn2", net.conv("\(path).conv2", inner, 32, kernel: 3))
    x = try net.relu("\(path).relu2", net.add("\(path).add", x, y))
}
let network = try net.finish(net.linear("fc", net.globalPool(x), 10), name: "tiny", seed: 1)

guard let path = CommandLine.arguments.dropFirst().first else {
    print("usage: OwnNetwork OUTPUT.onnx")
    exit(2)
}
try network.write(to: URL(filePath: path))
let again = try Network.open(URL(filePath: path))
let small = try again.pruned(by: .weightAngle, .fraction(0.5)).cut()
print("\(try again.cost().parameters) parameters, \(try small.cost().parameters) after the cut")
