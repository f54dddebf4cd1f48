// From a network and pictures in class folders to a smaller network:
//   ShrinkAModel net.onnx pictures small.onnx
import Foundation
import Winnow

let paths = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
guard paths.count == 3 else {
    print("usage: ShrinkAModel NETWORK PICTURES OUTPUT")
    exit(2)
}

let network = try Network.open(paths[0])
let pictures = try Pictures(paths[1], size: network.size ?? 224)
var settings = TrainingSettings()
settings.epochs = 2

let tuned = try network.fineTuned(on: pictures, settings)
let pruned = try tuned.pruned(by: .weightAngle, .fraction(0.3))
let small = try pruned.retrained(on: pictures, settings).cut()
try small.write(to: paths[2])

for (name, net) in [("before", tuned), ("after", small)] {
    let (cost, accuracy) = (try net.cost(), try net.accuracy(on: pictures))
    print(
        "\(name): \(cost.parameters) parameters, \(cost.macs) multiply-adds,",
        "\(accuracy.fraction) right on \(accuracy.count) test pictures")
}
