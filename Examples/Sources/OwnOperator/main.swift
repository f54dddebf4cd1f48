// An operator of one's own: QuickGelu.swift, and the places below that name it.
//   OwnOperator Examples/Networks/quickgelu.onnx small.onnx
import Foundation
import Winnow

let paths = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
guard paths.count == 2 else {
    print("usage: OwnOperator NETWORK OUTPUT.onnx")
    exit(2)
}

/// Ends the program where two lists of scores are not the same to 5 digits.
func check(_ what: String, _ found: [Float], _ expected: [Float]) {
    let isSame = zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    guard found.count == expected.count, isSame else {
        print("\(what): \(found), expected \(expected)")
        exit(1)
    }
    print("\(what): as expected")
}

// In a file: opened with it, pruned and cut. What is written holds its steps, and needs it no more.
let network = try Network.open(paths[0], operators: [.quickGelu])
let pruned = try network.pruned(by: .weightAngle, .fraction(0.5))
let small = try pruned.cut()
try small.write(to: paths[1])
let picture: [Float] = (0..<(3 * 16 * 16)).map { Float($0 % 17) - 8 }
let scores = try pruned.scores([picture])[0]
check("cut", try small.scores([picture])[0], scores)
check("written and read", try Network.open(paths[1]).scores([picture])[0], scores)
print("\(try network.cost().parameters) parameters, \(try small.cost().parameters) after the cut")

// In a network of one's own, against the formula: one pixel a picture, so that no sums hide it.
var net = NetworkBuilder(size: 1)
let x = try net.apply(.quickGelu, "act", net.input, settings: ["alpha": .number(2)])
let built = try net.finish(net.linear("fc", net.globalPool(x), 1), seed: 1)
let weights = try built.parameter("fc.weight")?.values ?? []
let bias = try built.parameter("fc.bias")?.values ?? []
let pixel: [Float] = [-1.5, 0.25, 2]
let terms = zip(pixel, weights).map { $0 / (1 + exp(-2 * $0)) * $1 }
check("formula", try built.scores([pixel])[0], bias.map { terms.reduce($0, +) })
