import Foundation
import Testing
import Winnow

@testable import Formats

/// Operators and networks of one's own, by `public` alone but for reading what onnxruntime found.
@Suite struct OwnOperatorTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Examples/Networks/quickgelu.onnx").standardized

    /// x * sigmoid(alpha * x).
    private static let quickGelu = Operator("com.microsoft::QuickGelu") { node in
        let x = try node.input(0)
        let alpha = node.constant(try node.number("alpha", 1.702))
        return node.apply("Mul", x, node.apply("Sigmoid", node.apply("Mul", x, alpha)))
    }

    private static func largest(_ a: [[Float]], _ b: [[Float]]) -> Float {
        zip(a.joined(), b.joined()).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test func computesWhatOnnxruntimeDoes() throws {
        let held = try ONNXReader.read(Self.file).initializers
        let input = try #require(held["case.input"]), output = try #require(held["case.output"])
        let pictures = stride(from: 0, to: input.count, by: input.count / 2).map {
            Array(input.floats()[$0..<($0 + input.count / 2)])
        }
        let network = try Network.open(Self.file, operators: [Self.quickGelu])
        let scores = try network.scores(pictures)
        #expect(scores.map(\.count) == [4, 4])
        #expect(Self.largest(scores, [output.floats()]) < 1e-5)
    }

    @Test func isPrunedCutTrainedAndWritten() throws {
        let network = try Network.open(Self.file, operators: [Self.quickGelu])
        let pruned = try network.pruned(by: .weightAngle, .fraction(0.5))
        let small = try pruned.cut()
        #expect(try small.parameter("conv1.weight")?.shape == [4, 3, 3, 3])
        #expect(try small.parameter("conv2.weight")?.shape == [4, 4, 3, 3])
        let picture: [Float] = (0..<768).map { Float($0 % 13) - 6 }
        let scores = try pruned.scores([picture])
        #expect(try Self.largest(small.scores([picture]), scores) < 1e-5)
        let path = "\(UUID().uuidString).onnx"
        let written = FileManager.default.temporaryDirectory.appending(path: path)
        defer { try? FileManager.default.removeItem(at: written) }
        try small.write(to: written)
        // It holds known operators only.
        #expect(try Self.largest(Network.open(written).scores([picture]), scores) < 1e-5)
    }

    @Test func isBuiltWith() throws {
        var net = NetworkBuilder(size: 1)
        var x = try net.apply(
            Self.quickGelu, "act", net.input, settings: ["alpha": .number(2)])
        x = try net.apply("LeakyRelu", "leaky", x, settings: ["alpha": .number(0.5)])
        let network = try net.finish(net.linear("fc", net.globalPool(x), 2), seed: 1)
        let pixel: [Float] = [-1.5, 0.25, 2]
        let acted = pixel.map { x in
            let y = x / (1 + exp(-2 * x))
            return y < 0 ? y / 2 : y
        }
        let weights = try #require(try network.parameter("fc.weight")).values
        let biases = try #require(try network.parameter("fc.bias")).values
        let expected = (0..<2).map { row in
            biases[row] + zip(acted, weights[(row * 3)...]).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(try Self.largest(network.scores([pixel]), [expected]) < 1e-6)
    }

    /// What an operator's author gets wrong is told with the node's name.
    @Test func whatIsWrongIsSaid() throws {
        func refusal(_ operators: [Operator]) -> String {
            do {
                _ = try Network.open(Self.file, operators: operators)
                return "opened"
            } catch { return "\(error)" }
        }
        #expect(refusal([]).contains("'act1' (com.microsoft::QuickGelu)"))
        let twice = refusal([Self.quickGelu, Self.quickGelu])
        #expect(twice.contains("there is an operator 'com.microsoft::QuickGelu' already"))
        let taken = refusal([Operator("Relu") { try $0.input(0) }])
        #expect(taken.contains("there is an operator 'Relu' already"))
        let missing = refusal([Operator(Self.quickGelu.name) { try $0.input(1) }])
        #expect(missing.contains("'act1' (com.microsoft::QuickGelu): its input 1 is missing"))
        let unknown = refusal([
            Operator(Self.quickGelu.name) { $0.apply("Sinh", try $0.input(0)) }
        ])
        #expect(unknown.contains("'b.step1' (Sinh): Winnow does not know this operator"))
        let wrongly = refusal([
            Operator(Self.quickGelu.name) { _ in
                var other = NetworkBuilder(size: 4)
                return try other.relu("elsewhere", other.input)
            }
        ])
        #expect(wrongly.contains("gives 'elsewhere.out', which no step of it writes"))
        let scores = #expect(throws: WinnowError.self) {
            try Network.open(Self.file, operators: [Self.quickGelu]).scores([[1, 2]])
        }
        #expect(scores?.description.contains("a picture of 2 numbers") == true)
    }

    /// Drawn, opened by its weights, and of the size that it is made for, as a built-in one.
    @Test func anArchitectureOfOnesOwnIsAsABuiltIn() throws {
        let tiny = Architecture("tiny", size: 8) { net, classes in
            let x = try net.relu("relu1", net.conv("conv1", net.input, 4, kernel: 3))
            return try net.linear("fc", net.globalPool(x), classes)
        }
        let network = try Network.drawn(tiny, classes: 3, seed: 1)
        #expect(network.classes == ["0", "1", "2"] && network.size == 8)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "weights.pth")
        try network.write(to: file)
        let again = try Network.open(file, as: tiny, size: 16)
        #expect(again.size == 16)
        #expect(
            try again.parameter("conv1.weight")?.values
                == network.parameter("conv1.weight")?.values)
        let wrong = #expect(throws: WinnowError.self) { try Network.open(file, as: "resnet20") }
        #expect(wrong?.description.contains("not the weights of a resnet20") == true)
    }
}
