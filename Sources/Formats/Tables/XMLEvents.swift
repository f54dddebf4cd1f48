import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Runs Foundation's XML parser over a part of a workbook, on terms that leave no room for attack.
///
/// The text must be UTF-8 without a document type or entities, so nothing can expand or be fetched.
/// On Linux `XMLParser.parse()` returns true even of broken text, so errors and the nesting are
/// watched here.
final class XMLEvents: NSObject, XMLParserDelegate {
    /// A start tag: its name without prefix, and its attributes.
    var onStart: (String, [String: String]) throws -> Void = { _, _ in }
    var onText: (String) -> Void = { _ in }
    var onEnd: (String) throws -> Void = { _ in }
    private var failure: (any Error)?
    private var depth = 0
    private var elements = 0
    private static let deepest = 64

    /// - Parameter part: the part's name in the workbook, for messages.
    func parse(_ data: Data, file: String, part: String) throws {
        try Self.requirePlain(data, file: file, part: part)
        let parser = XMLParser(data: data)
        parser.shouldResolveExternalEntities = false
        parser.delegate = self
        let isParsed = parser.parse()
        if let failure { throw failure }
        guard isParsed, parser.parserError == nil, depth == 0, elements > 0 else {
            throw FormatError.damaged(
                file, "its part \(printable(part)) is not XML, or ends early")
        }
    }

    private static func requirePlain(_ data: Data, file: String, part: String) throws {
        let shown = "its part \(printable(part))"
        guard String(validating: data, as: UTF8.self) != nil, !data.contains(0) else {
            throw FormatError.damaged(file, "\(shown) is not UTF-8")
        }
        for mark in ["<!DOCTYPE", "<!ENTITY"] where data.range(of: Data(mark.utf8)) != nil {
            throw FormatError(
                file: file, found: "\(shown) declares a document type or entities",
                expected: "none, as no spreadsheet program writes them",
                advice: "Do not trust this file.")
        }
        let head = String(decoding: data.prefix(200), as: UTF8.self).lowercased()
        guard !head.contains("encoding=") || head.contains("utf-8") || head.contains("us-ascii")
        else {
            throw FormatError.damaged(file, "\(shown) is not declared as UTF-8")
        }
    }

    private func attempt(_ parser: XMLParser, _ body: () throws -> Void) {
        guard failure == nil else { return }
        do {
            try body()
        } catch {
            failure = error
            parser.abortParsing()
        }
    }

    private func bare(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        depth += 1
        elements += 1
        // Too deep is left to the check at the end, which finds the nesting open.
        if depth > Self.deepest { return parser.abortParsing() }
        attempt(parser) { try onStart(bare(name), attributes) }
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        depth -= 1
        attempt(parser) { try onEnd(bare(name)) }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        if failure == nil { onText(string) }
    }

    func parser(_ parser: XMLParser, foundCDATA block: Data) {
        if failure == nil { onText(String(decoding: block, as: UTF8.self)) }
    }
}
