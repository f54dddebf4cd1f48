import Foundation
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct TechniqueTests {
    private static func model() throws -> Model {
        try Model(.resnet18, tinyState(), size: 32)
    }

    /// Every criterion with every scope, removal and measure keeps a budget, and no less than it must.
    @Test(
        arguments: Criterion.all.map(\.name), [Budget.Measure.parameters, .macs, .bytes])
    func budgetsAreKept(_ name: String, _ measure: Budget.Measure) throws {
        let model = try Self.model()
        let criterion = try Criterion.named(name)
        let whole = try Self.cost(model, measure, isFree: false)
        let pictures = noisePictures(batches: [4, 4])
        for scope in Scope.allCases
        where scope == .layer || (measure == .macs && name != "k-means") {
            for removal in [Removal.mask, .cut, .channels]
            where Self.fits(criterion, removal, measure) {
                let technique = Technique(
                    criterion, scope: scope, .budget(Budget(measure, 0.8)), removal: removal)
                let pruned = try technique.pruned(model, pictures: pictures)
                let left =
                    try Self.cost(pruned.model, measure, isFree: removal == .mask) / whole
                #expect(left <= 0.8, "\(name) \(scope) \(removal)")
                // Filters of so small a network are large pieces; weights are small ones.
                let isFine = criterion.element == .weights && removal == .mask
                #expect(left > (isFine ? 0.79 : 0.35), "\(scope) \(removal)")
            }
        }
    }

    /// Single weights leave no channel silent, and criteria of channels take channels.
    private static func fits(
        _ criterion: Criterion, _ removal: Removal, _ measure: Budget.Measure
    ) -> Bool {
        if measure == .bytes { return removal == .channels }
        return switch criterion.element {
        case .weights: removal != .cut
        case .filters: true
        case .channels: removal == .channels
        }
    }

    private static func cost(
        _ model: Model, _ measure: Budget.Measure, isFree: Bool
    ) throws -> Double {
        let cost = try NetworkCost(model, height: 32, width: 32)
        return switch measure {
        case .parameters: Double(isFree ? cost.nonzeroParameters : cost.parameters)
        case .macs: Double(isFree ? cost.nonzeroMACs : cost.macs)
        case .bytes, .latency:
            Double(try GraphCost(model.graph, height: 32, width: 32).bytes)
        }
    }

    @Test func aMaskSavesNeitherBytesNorTime() throws {
        for measure in [Budget.Measure.bytes, .latency] {
            let error = #expect(throws: PruningError.self) {
                try Technique(.magnitude, .budget(Budget(measure, 0.5))).pruned(Self.model())
            }
            #expect(error?.description.contains("zeros take as much room and time") == true)
        }
    }

    /// A latency is time wherever something is cut, not what stands in for it.
    @Test func aLatencyIsMeasured() {
        let error = #expect(throws: PruningError.self) {
            try Technique(.weightAngle, .budget(Budget(.latency, 0.0001)), removal: .cut)
                .pruned(Self.model())
        }
        #expect(error?.description.contains("of the time is left") == true)
    }

    @Test func aBudgetThatCannotBeMetIsRefused() throws {
        let error = #expect(throws: PruningError.self) {
            try Technique(.weightAngle, .budget(Budget(.macs, 0.001)), removal: .cut)
                .pruned(Self.model())
        }
        #expect(error?.description.contains("cannot be brought to 0.1%") == true)
    }

    /// What is cut is the masked network without its silent channels: the same scores.
    @Test func cutAndMaskedGiveTheSameScores() throws {
        let model = try Self.model()
        let before = try model.state.copied()
        let masked = try Technique(.weightAngle, .amount(0.5)).pruned(model)
        let cut = try Technique(.weightAngle, .amount(0.5), removal: .cut).pruned(model)
        #expect(masked.choice == cut.choice)
        #expect(try model.state.isBitwiseEqual(to: before))
        #expect(cut.model.graph != masked.model.graph)
        try noisePictures().forEachBatch { batch, _ in
            let (largest, of) = try cut.model.difference(from: masked.model, on: batch)
            #expect(largest <= 1e-5 * max(1, of))
        }
    }

    /// Global scope: the filters with the lowest scores of all, by plain loops.
    @Test func globalScopeTakesTheLowestScoresOfAllFilters() throws {
        let norms = Criterion(
            name: "norms", summary: "filters of small length", source: "here", element: .filters
        ) { layer, _, _ in
            let size = layer.filterSize
            return .filters(
                (0..<layer.shape[0]).map { filter in
                    let part = layer.values[(filter * size)..<((filter + 1) * size)]
                    return part.reduce(0) { $0 + Double($1 * $1) }
                })
        }
        let model = try Self.model()
        let masks = try Technique(norms, scope: .global, .amount(0.3))
            .choose(in: PruningContext(model)).masks
        var all: [(score: Double, layer: Int, filter: Int)] = []
        let layers = model.graph.prunableWeights()
        let context = try PruningContext(model)
        for (place, name) in layers.enumerated() {
            guard
                case .filters(let scores) = try norms.scores(
                    context.weights(name), context, seed: 0)
            else { continue }
            // The best of each layer always stays.
            let best = scores.indices.max { (scores[$0] ?? 0, $0) < (scores[$1] ?? 0, $1) }
            all += scores.indices.filter { $0 != best }.map { (scores[$0] ?? 0, place, $0) }
        }
        let count = PruningAmount.count(0.3, of: all.count + layers.count)
        let gone = all.sorted { ($0.score, $0.layer, $0.filter) < ($1.score, $1.layer, $1.filter) }
            .prefix(count)
        for (place, name) in layers.enumerated() {
            let mask = try #require(masks[name])
            let size = mask.shape[1...].reduce(1, *)
            let removed = (0..<mask.shape[0]).filter { filter in
                mask.bytes[(filter * size)..<((filter + 1) * size)].allSatisfy { $0 == 0 }
            }
            #expect(removed == gone.filter { $0.layer == place }.map(\.filter).sorted(), "\(name)")
        }
    }

    @Test func scoresThatAreNoNumbersOrTooFewAreRefused() throws {
        for scores in [Scores.weights([1, 2]), .filters([.nan]), .weights([])] {
            let wrong = Criterion(
                name: "wrong", summary: "", source: "", element: .weights
            ) { _, _, _ in scores }
            let error = #expect(throws: PruningError.self) {
                try Technique(wrong, .amount(0.5)).choose(in: PruningContext(Self.model()))
            }
            #expect(error?.description.contains("criterion 'wrong'") == true)
        }
    }

    /// As values: equal when written and read, and by the criterion's name.
    @Test func techniquesTravelAsJSON() throws {
        for method in PruningMethod.all {
            let technique = try method.technique()
            let data = try JSONEncoder().encode(technique)
            #expect(try JSONDecoder().decode(Technique.self, from: data) == technique)
            #expect((technique.seed != nil) == technique.criterion.needs.contains(.seed))
            #expect(!technique.words.isEmpty)
        }
        let unknown = Data(#"["magnitud"]"#.utf8)
        let error = #expect(throws: PruningError.self) {
            try JSONDecoder().decode([Criterion].self, from: unknown)
        }
        #expect(error?.description.contains("Did you mean 'magnitude'?") == true)
    }

    @Test func budgetsAreRead() throws {
        #expect(try Budget(text: "macs=0.5") == Budget(.macs, 0.5))
        #expect(try Budget(text: "parameters=0.1") == Budget(.parameters, 0.1))
        for text in ["macs", "macs=1", "macs=-0.1", "macs=nan", "flops=0.5", "macs=0.5=2", ""] {
            #expect(throws: PruningError.self, "\(text)") { try Budget(text: text) }
        }
    }
}
