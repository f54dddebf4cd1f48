import Foundation
import Testing
import Winnow

import struct Formats.Picture

/// The library as a program outside the package sees it: nothing but `public`.
@Suite struct LibraryTests {
    private static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    /// Two classes of flat pictures, one bright and one dark: learnt in no time.
    private static func pictures(_ folder: URL) throws -> Pictures {
        for (label, level) in [("bright", 220), ("dark", 30)] {
            let own = folder.appending(path: "pictures/\(label)")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            for number in 0..<20 {
                let pixels = (0..<(16 * 16 * 3)).map { UInt8(level + (number * 7 + $0 * 13) % 30) }
                try Picture(width: 16, height: 16, channels: 3, pixels: pixels).writePNG(
                    to: own.appending(path: "\(number).png").path)
            }
        }
        return try Pictures(folder.appending(path: "pictures"), size: 16, groups: "none")
    }

    private static func tiny() throws -> Network {
        var net = NetworkBuilder(size: 16)
        var x = try net.relu("relu1", net.norm("bn1", net.conv("conv1", net.input, 8, kernel: 3)))
        let y = try net.norm("bn2", net.conv("conv2", x, 8, kernel: 3))
        x = try net.relu("relu2", net.add("add", x, y))
        return try net.finish(net.linear("fc", net.globalPool(x), 2), seed: 3)
    }

    @Test func fromANetworkToASmallerOne() throws {
        try Self.withFolder { folder in
            let pictures = try Self.pictures(folder)
            var settings = TrainingSettings()
            (settings.epochs, settings.learningRate) = (4, 0.05)
            var told: [Int] = []
            let tuned = try Self.tiny().fineTuned(on: pictures, settings) { epoch, _ in
                told.append(epoch)
            }
            #expect(told == [1, 2, 3, 4])
            #expect(tuned.classes == ["bright", "dark"])
            #expect(try tuned.accuracy(on: pictures).fraction == 1)
            let pruned = try tuned.pruned(by: .weightAngle, .fraction(0.25))
            #expect(try tuned.density == 1 && pruned.density < 1)
            let again = try pruned.retrained(on: pictures, settings)
            #expect(try again.density == pruned.density)
            let small = try again.cut()
            #expect(try small.cost().parameters < tuned.cost().parameters)
            #expect(try small.accuracy(on: pictures).count == again.accuracy(on: pictures).count)
            #expect(try small.latency(repeats: 1) > 0)
            for ending in ["safetensors", "onnx"] {
                let file = folder.appending(path: "small.\(ending)")
                try small.write(to: file)
                let read = try Network.open(file)
                #expect(try read.cost() == small.cost())
                #expect(
                    try read.parameter("fc.weight")?.values
                        == small.parameter("fc.weight")?.values)
            }
            try small.write(to: folder.appending(path: "small.pth"))
        }
    }

    @Test func aCriterionOfOnesOwnSeesWhatItAsksFor() throws {
        try Self.withFolder { folder in
            let pictures = try Self.pictures(folder)
            var settings = TrainingSettings()
            settings.epochs = 1
            let network = try Self.tiny().fineTuned(on: pictures, settings)
            let taylor = Criterion("taylor", looksAtPictures: true) { layer in
                zip(layer.weights, try layer.gradients()).map { $0 * $1 }
            }
            let quiet = Criterion(
                "variance", looksAtPictures: true,
                scoringFilters: { try $0.activations().variances })
            let half = try network.pruned(by: taylor, .fraction(0.5), lookingAt: pictures)
            #expect(abs(try half.density - 0.5) < 0.01)
            let fewer = try network.pruned(by: quiet, .fraction(0.25), lookingAt: pictures)
            #expect(abs(try fewer.density - 0.75) < 0.01)
            #expect(throws: WinnowError.self) { try network.pruned(by: taylor, .fraction(0.5)) }
        }
    }

    @Test func everyCriterionKeepsABudget() throws {
        try Self.withFolder { folder in
            let pictures = try Self.pictures(folder)
            var settings = TrainingSettings()
            settings.epochs = 0
            let network = try Self.tiny().fineTuned(on: pictures, settings)
            #expect(Criterion.all.count >= 4)
            for criterion in Criterion.all {
                let pruned = try network.pruned(
                    by: criterion, .macs(0.8),
                    scope: criterion.name == "k-means" ? .layer : .global,
                    lookingAt: pictures, seed: 1)
                let (left, whole) = (try pruned.cost().nonzeroMACs, try network.cost().macs)
                #expect(Double(left) <= 0.8 * Double(whole), "\(criterion.name)")
            }
        }
    }

    /// A smaller network from pictures alone: narrower everywhere, and near to what it was.
    @Test func aNetworkIsShrunk() throws {
        try Self.withFolder { folder in
            let pictures = try Self.pictures(folder)
            var settings = TrainingSettings()
            settings.epochs = 1
            let network = try Self.tiny().fineTuned(on: pictures, settings)
            let small = try network.shrunk(to: .macs(0.5), lookingAt: pictures, widths: 2)
            let (left, whole) = (try small.cost().macs, try network.cost().macs)
            #expect(Double(left) <= 0.5 * Double(whole))
            #expect(try small.density == 1, "nothing is masked: what went is gone")
            let unmended = try network.shrunk(
                to: .parameters(0.5), by: .random, repair: [], lookingAt: pictures)
            #expect(
                try Double(unmended.cost().parameters) <= 0.5 * Double(network.cost().parameters))
        }
    }

    @Test func whatIsWrongIsSaidInWords() throws {
        try Self.withFolder { folder in
            let missing = folder.appending(path: "none.onnx")
            let error = #expect(throws: WinnowError.self) { try Network.open(missing) }
            let words = "none.onnx: cannot be opened (No such file or directory)"
            #expect(error?.description.contains(words) == true)
            let unknown = #expect(throws: WinnowError.self) {
                try Network.drawn("resnet19", classes: 2)
            }
            #expect(unknown?.description.contains("resnet18") == true)
            let pictures = try Self.pictures(folder)
            let classes = #expect(throws: WinnowError.self) {
                try Self.tiny().accuracy(on: pictures)
            }
            #expect(classes?.description.contains("bright, dark") == true)
            let ending = #expect(throws: WinnowError.self) {
                try Self.tiny().write(to: folder.appending(path: "net.bin"))
            }
            #expect(ending?.description.contains(".onnx") == true)
            #expect(Network.builtIn.contains("mobilenet_v2"))
        }
    }
}
