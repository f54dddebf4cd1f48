import Core
import Torch

/// Batches of source pictures: tensors and what should come out.
struct SourceBatches {
    let pictures: [SourcePicture]
    let side: Int
    let targets: SourceTargets
    /// Each person's mean landmarks in the head's frame.
    private let usual: [Int: [Float]]

    struct Batch {
        /// [N, 3, size, size]
        let x: Tensor
        /// [N, columns], scaled
        let rows: Tensor
        /// [N], int64
        let people: Tensor
    }

    init(_ pictures: [SourcePicture], side: Int, targets: SourceTargets) {
        self.pictures = pictures
        self.side = side
        self.targets = targets
        usual = Dictionary(grouping: pictures, by: \.person).mapValues { own in
            own[0].solid.indices.map { k in
                own.reduce(0) { $0 + $1.solid[k] } / Float(own.count)
            }
        }
    }

    /// The scaling of the columns over some pictures, seen straight and mirrored.
    func scaling(of chosen: some Sequence<Int>) -> Scaling {
        var mirrored = View.whole
        mirrored.isFlipped = true
        return Scaling(chosen.flatMap { [row($0, .whole), row($0, mirrored)] })
    }

    func row(_ k: Int, _ view: View) -> [Float] {
        targets.row(pictures[k], view, usual: usual[pictures[k].person] ?? [])
    }

    /// The chosen pictures at `size` pixels; `random` draws what is shown of each, nil shows all of it.
    func make(
        _ chosen: ArraySlice<Int>, size: Int, scaling: Scaling, random: inout SplitMix64?
    ) throws -> Batch {
        let plane = 3 * size * size
        var rows: [Float] = []
        let x = try Tensor.empty([chosen.count, 3, size, size])
        try x.withMemory(of: Float.self) { memory in
            for (place, k) in chosen.enumerated() {
                var view = View.whole
                if var drawn = random {
                    view = View(&drawn)
                    random = drawn
                }
                guard let base = memory.baseAddress else { return }
                view.render(
                    pictures[k].pixels, picture: side, size: size, into: base + place * plane)
                rows += scaling.apply(row(k, view))
            }
        }
        return Batch(
            x: try x.channelsLast(), rows: try Tensor(rows, [chosen.count, targets.width]),
            people: try Tensor(chosen.map { Int64(pictures[$0].person) }, [chosen.count]))
    }
}
