import Core
import Foundation

extension Page {
    /// Every figure of every result, those of one number side by side.
    func figures() throws -> String {
        try "<h2 id=\"figures\">Figures 1 to 6: pictures</h2>\n"
            + HTML.paragraph(
                contents.figures.isEmpty
                    ? "There are no results on pictures, and so none of Figures 1 to 6."
                    : "Lines are means over the seeds, bands 95% intervals. Point at a mark for its "
                        + "numbers; click a name in the legend to see it alone.")
            + contents.figures.map(group).joined()
    }

    func group(_ group: FigureGroup) throws -> String {
        let title = HTML.escaped("\(group.number). \(group.title)")
        return try "<section class=\"group\"><h3 id=\"\(group.id)\">\(title)</h3>\n"
            + HTML.paragraph(group.note)
            + (group.figures.isEmpty
                ? ""
                : "<div class=\"figures\">\n" + group.figures.map(figure).joined() + "</div>\n")
            + group.missing.map {
                HTML.paragraph("\(group.number), \($0.label): \($0.why).", class: "missing")
            }.joined() + "</section>\n"
    }

    func figure(_ figure: Figure) throws -> String {
        let still = drawings[figure.id].map { svg in
            "<noscript><img alt=\"\(HTML.escaped(figure.spec.description))\" "
                + "src=\"data:image/svg+xml;base64,\(svg.base64EncodedString())\"></noscript>\n"
        }
        let links = (files[figure.id] ?? []).map { ending in
            HTML.link("figures/\(figure.id).\(ending)", ending)
        }
        return "<figure>\n<h4>\(HTML.escaped(figure.label))</h4>\n"
            + "<div class=\"plot\" id=\"\(figure.id)\"></div>\n" + (still ?? "")
            + "<figcaption>\(HTML.escaped(figure.says))"
            + "<div class=\"files\">\(links.joined(separator: "\n"))</div></figcaption>\n"
            + HTML.script(json: try figure.json(), id: "spec-\(figure.id)") + "</figure>\n"
    }
}

extension Figure {
    /// The specification with its data, keys sorted.
    func json() throws -> Data {
        try CanonicalJSON.line.encode(spec)
    }
}
