import Foundation
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct ChannelRemovalTests {
    private static func model(_ architecture: Architecture = .resnet18) throws -> Model {
        try Model(architecture, tinyState(architecture), size: 32)
    }

    private static func largest(_ a: Model, _ b: Model) throws -> Float {
        var most: Float = 0
        try noisePictures().forEachBatch { batch, _ in
            let (largest, of) = try a.difference(from: b, on: batch)
            most = max(most, largest / max(1, of))
        }
        return most
    }

    /// What goes of a residual network's trunk goes from all that share it, and the masks say the same as the
    /// cut: the network with the masks' zeros gives the cut one's scores.
    @Test(arguments: Criterion.all.map(\.name))
    func theCutIsTheMaskedNetwork(_ name: String) throws {
        let model = try Self.model()
        let technique = Technique(try Criterion.named(name), .amount(0.5), removal: .channels)
        let pruned = try technique.pruned(model, pictures: noisePictures(batches: [4, 4]))
        #expect(try pruned.model.state.require("layer1.0.conv2.weight").shape == [2, 2, 3, 3])
        #expect(try pruned.model.state.require("layer4.1.bn2.weight").shape == [16])
        let masked = try Technique(.magnitude, .amount(0)).applied(pruned.choice.masks, to: model)
        #expect(try Self.largest(pruned.model, masked) < 1e-5)
        let channels = try #require(pruned.choice.channels)
        // Channels that never put out anything have no angle.
        let counts = channels.values.map(\.count).sorted()
        #expect(
            name == "activation-angle" || counts == [2, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16])
        #expect(
            try technique.pruned(model, pictures: noisePictures(batches: [4, 4])).choice
                == pruned.choice)
    }

    /// Nothing removed, everything mended: the same bits.
    @Test func repairWithNothingRemovedChangesNothing() throws {
        let model = try Self.model()
        for removal in Removal.allCases where removal.takesChannels {
            let technique = Technique(
                .l2Norm, .amount(0), removal: removal, repair: Repair(Repair.Step.allCases))
            let found = try technique.pruned(model, pictures: noisePictures(batches: [4, 4]))
            #expect(try found.model.state.isBitwiseEqual(to: model.state), "\(removal)")
            #expect(found.model.graph == model.graph)
        }
    }

    @Test func widthsStayMultiples() throws {
        let technique = Technique(.l2Norm, .amount(0.6), removal: .channels, roundTo: 4)
        // Groups narrower than four times as many go in smaller steps.
        let small = try technique.pruned(Self.model()).model
        for parameter in small.graph.parameters
        where parameter.shape.count == 4 && parameter.name.hasPrefix("layer4") {
            #expect(parameter.shape[0] % 4 == 0)
        }
        #expect(try small.state.require("layer4.0.conv1.weight").shape[0] == 16)
        #expect(throws: PruningError.self) {
            try Technique(.l2Norm, .amount(0.6), roundTo: 4).pruned(Self.model())
        }
    }

    /// Every filter once more, as a twin: half of them can be merged away without a trace.
    private static func twins(scaled scale: Float) throws -> Model {
        let model = try Self.model()
        let name = "layer3.0.conv1.weight"
        func double(_ name: String, _ change: (Float) -> Float) throws {
            let tensor = try model.state.require(name)
            let rows = tensor.shape[0]
            let size = tensor.count / rows
            var values = try tensor.values(Float.self)
            for row in (rows / 2)..<rows {
                for index in 0..<size {
                    values[row * size + index] = change(values[(row - rows / 2) * size + index])
                }
            }
            try tensor.copy_(Tensor(values, tensor.shape))
        }
        try double(name) { $0 * scale }
        try double("layer3.0.bn1.weight") { $0 }
        for norm in ["bias", "running_mean"] { try double("layer3.0.bn1.\(norm)") { $0 * scale } }
        // The scale of the output is that of the filter: the batch norm divides by what it did.
        try double("layer3.0.bn1.running_var") { $0 }
        return model
    }

    @Test(arguments: [
        (Removal.merge, Float(1)), (.mergeScaled, 1), (.mergeScaled, 2), (.fold, 1),
    ])
    func twinsMergeWithoutATrace(_ removal: Removal, _ scale: Float) throws {
        let model = try Self.twins(scaled: scale)
        let (groups, shared) = try PruningContext(model).sharedChannels()
        let one = try #require(shared.first { $0.name == "layer3.0.conv1.weight" })
        let gone = Set(one.count / 2..<one.count)
        func result(_ removal: Removal) throws -> Model {
            let selection = [one.group: gone]
            let merging = try Merging(removal, model, groups, shared, selection)
            return try groups.cut(merging.added(merging.averaged()), removing: selection)
        }
        #expect(try Self.largest(result(removal), model) < 1e-5)
        #expect(try Self.largest(result(.channels), model) > 1e-2)
    }

    /// A 1x1 network without a nonlinearity: `channels` outputs of 3 inputs, read by a second layer.
    private static func linear(channels: Int = 8) throws -> Model {
        var builder = GraphBuilder(size: 8)
        let x = try builder.conv("first", builder.input, channels, kernel: 1)
        let y = try builder.conv("second", x, 5, kernel: 1)
        let z = try builder.linear("fc", builder.globalPool(y), 3)
        let graph = builder.finish(z)
        return try Model(graph, graph.initialState(seed: 3))
    }

    /// Without a nonlinearity the repaired layer is the least-squares solution, solved here by elimination;
    /// and where as many channels stay as there are inputs, nothing is lost.
    @Test func gramRidgeIsLeastSquares() throws {
        let model = try Self.linear()
        let technique = Technique(
            .l2Norm, .amount(0.5), removal: .channels, repair: Repair([.gramRidge]))
        let context = try PruningContext(model, pictures: noisePictures(size: 8, batches: [4, 4]))
        let choice = try technique.choose(in: context)
        let small = try technique.applied(choice, to: model, context)
        let gone = Set(try #require(choice.channels?["first.weight"]))
        let kept = (0..<8).filter { !gone.contains($0) }
        let node = try #require(
            context.calibrated().readers.first { $0.reader.weight == "second.weight" })
        let gram: [Double] = try context.calibrated().gram(node.reader.node).values()
        let ridge = 1e-3 * kept.reduce(0) { $0 + gram[$1 * 8 + $1] } / Double(kept.count)
        let old = try model.state.require("second.weight").values(Float.self)
        let outs = try #require(choice.masks["second.weight"])
        let rows = (0..<5).filter { outs.bytes[$0 * 8] == 1 }
        let new = try small.state.require("second.weight").values(Float.self)
        for (place, row) in rows.enumerated() {
            // (A + lambda I) (v - S v) = (C - A S)^T v, one row at a time.
            let a = kept.map { i in kept.map { gram[i * 8 + $0] + (i == $0 ? ridge : 0) } }
            let b = kept.map { i in
                gone.sorted().reduce(0.0) { $0 + gram[i * 8 + $1] * Double(old[row * 8 + $1]) }
            }
            let solution = eliminated(a, b)
            for (column, channel) in kept.enumerated() {
                let expected = Double(old[row * 8 + channel]) + solution[column]
                #expect(abs(Double(new[place * kept.count + column]) - expected) < 1e-5)
            }
        }
        let without = try Technique(.l2Norm, .amount(0.5), removal: .channels).pruned(model).model
        #expect(try Self.loss(small, model) < 0.02 * Self.loss(without, model))
    }

    private static func loss(_ a: Model, _ b: Model) throws -> Float {
        var sum: Float = 0
        try noisePictures(size: 8).forEachBatch { batch, _ in
            sum += try a.difference(from: b, on: batch).largest
        }
        return sum
    }

    /// What the scores lose without labels or training: repair takes most of it back.
    @Test func repairsHelp() throws {
        let model = try Self.model()
        let pictures = noisePictures(batches: [16, 16])
        func loss(_ repair: Repair, _ removal: Removal = .channels) throws -> Float {
            let technique = Technique(.l2Norm, .amount(0.25), removal: removal, repair: repair)
            return try Self.largest(technique.pruned(model, pictures: pictures).model, model)
        }
        let nothing = try loss(.none)
        #expect(try loss(Repair([.gramRidge, .batchNorm])) < 0.7 * nothing)
    }

    /// After variance repair each channel's spread is what it was, layer by layer, where nothing shrinks it.
    @Test func varianceRepairGivesTheSpreadBack() throws {
        let folded = try Self.model().foldingBatchNorms()
        let pictures = noisePictures(batches: [16])
        let technique = Technique(
            .l2Norm, .amount(0.5), removal: .channels, repair: Repair([.variance]))
        let context = try PruningContext(folded, pictures: pictures)
        let choice = try technique.choose(in: context)
        let small = try technique.applied(choice, to: folded, context)
        let before = try context.calibrated().outputs
        let writers = try OutputPlace.all(small.graph)
        var checked = 0
        try pictures.forEachBatch { batch, _ in
            try noGrad {
                _ = try Executor(small).run(batch, training: false) { name, value in
                    guard let writer = writers[name], value.rank == 4 else { return }
                    let weight = small.graph.nodes[writer.node].inputs[1]
                    let mask = try #require(choice.masks[weight])
                    let size = mask.shape[1...].reduce(1, *)
                    let kept = (0..<mask.shape[0]).filter { row in
                        mask.bytes[(row * size)..<((row + 1) * size)].contains(1)
                    }
                    let now = try OutputMoments(value, dim: 1)
                    let old = try #require(before[writer.node])
                    let shrinkage = Double(now.count) / (Double(now.count) + VarianceRepair.prior)
                    guard shrinkage > 0.95 else { return }
                    for (place, channel) in kept.enumerated() where now.deviations[place] > 1e-3 {
                        let ratio = now.deviations[place] / old.deviations[channel]
                        #expect(ratio > 0.8 && ratio < 1.25, "\(weight) \(channel)")
                        checked += 1
                    }
                }
            }
        }
        #expect(checked >= 10)
    }

    /// Networks of every kind, as PyTorch exports them: cut, mended, and what comes out is a network.
    @Test(
        arguments: ["mobile", "dense", "regnet", "shuffle", "squeeze", "convnext", "swin", "vit"],
        ["l2-norm", "correlation"])
    func networksOfEveryKindAreShrunk(_ name: String, _ criterion: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/models/new/\(name).onnx")
        let model = try Model.open(file)
        let shape = try model.graph.shapes(batch: 2)[model.graph.input.name] ?? []
        let pictures = noisePictures(size: shape.last ?? 32, batches: [2, 2, 2, 2])
        let technique = Technique(
            try .named(criterion), .budget(Budget(.macs, 0.8)), removal: .channels,
            repair: Repair([.gramRidge]))
        let small = try technique.pruned(model, pictures: pictures).model
        let costs = try [model, small].map { try GraphCost($0.graph).macs }
        #expect(Double(costs[1]) <= 0.8 * Double(costs[0]))
        try noGrad {
            let x = try Tensor.randn(shape, Generator(seed: 3))
            #expect(try Executor(small).forward(x, training: false).isAllFinite())
        }
    }

    @Test func batchNormsWithoutAnyAreRefused() throws {
        let technique = Technique(
            .l2Norm, .amount(0.5), removal: .channels, repair: Repair([.batchNorm]))
        #expect(throws: NetworkError.self) {
            try technique.pruned(Self.model().foldingBatchNorms(), pictures: noisePictures())
        }
        let error = #expect(throws: PruningError.self) {
            try Technique(.l2Norm, .amount(0.5), repair: Repair([.batchNorm]))
                .pruned(Self.model(), pictures: noisePictures())
        }
        #expect(error?.description.contains("what whole channels leave behind") == true)
    }

    @Test func repairsAreReadByName() throws {
        #expect(try Repair(text: "batch-norm,gram-ridge").words == "gram-ridge+batch-norm")
        #expect(try Repair(text: "none") == .none)
        let error = #expect(throws: PruningError.self) { try Repair(text: "gram-rigde") }
        #expect(error?.description.contains("Did you mean 'gram-ridge'?") == true)
        let repair = Repair([.gramRidge, .batchNorm])
        let data = try JSONEncoder().encode([repair])
        #expect(String(decoding: data, as: UTF8.self) == #"["gram-ridge+batch-norm"]"#)
        #expect(try JSONDecoder().decode([Repair].self, from: data) == [repair])
    }
}

/// Solves a system by Gaussian elimination with pivoting.
private func eliminated(_ a: [[Double]], _ b: [Double]) -> [Double] {
    var rows = zip(a, b).map { $0 + [$1] }
    let count = rows.count
    for column in 0..<count {
        let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
        rows.swapAt(column, pivot)
        for row in 0..<count where row != column {
            let factor = rows[row][column] / rows[column][column]
            for place in column...count { rows[row][place] -= factor * rows[column][place] }
        }
    }
    return rows.indices.map { rows[$0][count] / rows[$0][$0] }
}
