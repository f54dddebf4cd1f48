// A criterion of one's own, FilterNorm.swift, beside those that come along.
import Winnow

let network = try Network.drawn("resnet20", classes: 10, seed: 1)
for criterion: Criterion in [.filterNorm, .weightAngle, .magnitude] {
    let pruned = try network.pruned(by: criterion, .macs(0.5))
    let cost = try pruned.cut().cost()
    print(
        "\(criterion.name): half of the multiply-adds with",
        "\(cost.nonzeroParameters) parameters that are not zero; \(cost.parameters) after the cut")
}
