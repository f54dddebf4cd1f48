import Findings
import Foundation
import Statistics

/// Claims as a chart of intervals: a row a claim with what was measured, the side on which the claim
/// would hold, and the verdict; what a row is about unfolds.
struct ClaimChart {
    private let section: ClaimSection
    private let axis: Axis

    init(_ section: ClaimSection) {
        self.section = section
        let effects = section.findings.flatMap(\.effects)
        axis = Axis(effects.filter { $0.unit == .points }.map(\.estimate))
    }

    var html: String {
        let rows = section.claims.map(row).joined()
        return "<h3>\(HTML.escaped(section.title))</h3>\n" + HTML.paragraph(section.tally)
            + "<div class=\"chart\">\n<div class=\"row head\"><span></span><span></span>"
            + "<svg class=\"plotline\" height=\"22\" aria-hidden=\"true\">\(axis.labels)</svg></div>\n"
            + rows + "</div>\n"
            + HTML.paragraph("\(key) \(section.note)", class: "note")
    }

    private var key: String {
        "Effects in points of accuracy, seed by seed. Green: where the claim would hold. Filled: "
            + "\(section.ways.first ?? "")"
            + (section.ways.count > 1
                ? "; hollow: \(Wording.words(Array(section.ways.dropFirst())))" : "") + "."
    }

    private func row(_ claim: Claim) -> String {
        let found = section.ways.compactMap { section.finding(claim, $0) }
        let verdict = found.first?.verdict ?? .untested
        let place = HTML.escaped(claim.isPapers ? claim.section : "not the paper's")
        return """
            <details class="claim" id="claim-\(Slug.of(claim.id))"><summary class="row">\
            <span class="name">\(HTML.escaped(claim.name)) <span class="where">\(place)</span></span>\
            <span class="verdict \(verdict.rawValue)">\(HTML.escaped(verdict.word))</span>\
            \(picture(claim, found))</summary>
            <div class="why">\(HTML.paragraph(claim.statement))\
            \(HTML.paragraph("Holds if \(claim.condition).", class: "note"))\
            <ul>\(found.map(item).joined())</ul></div></details>

            """
    }

    private func item(_ finding: Finding) -> String {
        let corrected = finding.adjusted.map {
            String(format: ", p %.3f after Holm over %d", $0, finding.family)
        }
        return "<li><strong>\(HTML.escaped(finding.way))</strong>: "
            + HTML.escaped("\(finding.says)\(corrected ?? ""). \(finding.evidence)") + "</li>\n"
    }

    /// The intervals of a claim's effects; in words where they are no differences.
    private func picture(_ claim: Claim, _ findings: [Finding]) -> String {
        let drawn = findings.enumerated().flatMap { way, finding in
            finding.effects.filter { $0.unit == .points && $0.estimate.n > 0 }
                .map { (way: way, finding: finding, effect: $0) }
        }
        guard claim.unit == .points, !drawn.isEmpty else {
            let words = findings.first.map { $0.effects.isEmpty ? $0.says : $0.evidence } ?? ""
            return "<span class=\"plotline words\">\(HTML.escaped(words))</span>"
        }
        let pitch = 9.0
        let height = Int(pitch * Double(drawn.count)) + 11
        let marks = drawn.enumerated().map { index, item in
            axis.mark(
                item.effect, y: 10 + pitch * Double(index), isFilled: item.way == 0,
                kind: item.way == 0 ? item.finding.verdict.rawValue : "other",
                title: "\(item.finding.way), \(item.effect.text)")
        }
        return "<svg class=\"plotline\" height=\"\(height)\" role=\"img\" aria-label=\""
            + HTML.escaped(findings.first.map(\.evidence) ?? "") + "\">"
            + axis.side(claim.criterion, height) + axis.zero(height) + marks.joined() + "</svg>"
    }
}

/// Points of accuracy across the width of a chart, which the page decides: all places are percents.
struct Axis {
    let low: Double
    let high: Double

    /// Wide enough for the estimates' means and most of their intervals; 0 is always on it.
    init(_ estimates: [Estimate]) {
        let known = estimates.filter { $0.n > 0 }
        let ends = known.flatMap { estimate in
            estimate.interval(0.90).map { [$0.low, $0.high] } ?? [estimate.mean]
        }
        // A network that fell to chance makes an end of its own, beyond which nothing needs room.
        let least = max(-50, min(-6, ends.min() ?? 0))
        let most = min(50, max(6, ends.max() ?? 0))
        (low, high) = (least - 2, most + 2)
    }

    func place(_ value: Double) -> Double { 100 * (value - low) / (high - low) }

    private func x(_ value: Double) -> String {
        String(format: "%.2f%%", min(100, max(0, place(value))))
    }

    /// Round numbers under the chart's head.
    var labels: String {
        let step = [2.0, 5, 10, 20].first { (high - low) / $0 <= 9 } ?? 25
        let ticks = stride(from: (low / step).rounded(.up) * step, through: high, by: step)
        // A number at the very edge would be cut off.
        return ticks.filter { (3...97).contains(place($0)) }.map { tick in
            let text = tick > 0 ? "+\(Int(tick))" : "\(Int(tick))"
            return "<text x=\"\(x(tick))\" y=\"15\" text-anchor=\"middle\">\(text)</text>"
        }.joined()
    }

    func zero(_ height: Int) -> String {
        "<line class=\"zero\" x1=\"\(x(0))\" x2=\"\(x(0))\" y1=\"0\" y2=\"\(height)\"/>"
    }

    /// Where a criterion holds.
    func side(_ criterion: Criterion, _ height: Int) -> String {
        let (from, to): (Double, Double)
        switch criterion {
        case .better: (from, to) = (0, high)
        case .worse: (from, to) = (low, 0)
        case .noLoss(let margin): (from, to) = (-margin, high)
        case .loss(let margin): (from, to) = (low, -margin)
        case .above(let value): (from, to) = (value, high)
        case .below(let value): (from, to) = (low, value)
        case .within(let least, let most): (from, to) = (least, most)
        }
        let width = max(0, min(100, place(to)) - max(0, place(from)))
        return "<rect class=\"side\" x=\"\(x(from))\" y=\"0\" width=\""
            + String(format: "%.2f%%", width) + "\" height=\"\(height)\"/>"
    }

    /// An interval with its mean; the mean alone where there is no interval.
    func mark(
        _ effect: Effect, y: Double, isFilled: Bool, kind: String, title: String
    ) -> String {
        let line = effect.interval.map {
            "<line x1=\"\(x($0.low))\" x2=\"\(x($0.high))\" y1=\"\(y)\" y2=\"\(y)\"/>"
        }
        return "<g class=\"mark \(kind)\(isFilled ? "" : " hollow")\">"
            + "<title>\(HTML.escaped(title))</title>\(line ?? "")"
            + "<circle cx=\"\(x(effect.estimate.mean))\" cy=\"\(y)\" r=\"\(isFilled ? 4 : 3)\"/></g>"
    }
}
