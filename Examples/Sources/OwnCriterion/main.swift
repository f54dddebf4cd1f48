// A criterion of one's own, beside those that come along: filters of small length go first.
import Winnow

let filterNorm = Criterion(
    "filter-norm",
    scoringFilters: { layer in
        layer.filters.map { filter in
            Double(filter.reduce(0) { $0 + $1 * $1 }).squareRoot()
        }
    })

let network = try Network.drawn("resnet20", classes: 10, seed: 1)
for criterion in [filterNorm, .weightAngle, .magnitude] {
    let pruned = try network.pruned(by: criterion, .macs(0.5))
    let cost = try pruned.cut().cost()
    print(
        "\(criterion.name): half of the multiply-adds with",
        "\(cost.nonzeroParameters) parameters that are not zero; \(cost.parameters) after the cut")
}
