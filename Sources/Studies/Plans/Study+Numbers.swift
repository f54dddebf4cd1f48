import Foundation

/// Numbers of a study file that are none where they stand. Foundation calls such a file "not valid JSON" and does not
/// say where.
extension Study {
    /// A file with more numbers than this is not searched.
    private static let most = 2000

    /// `'size' is 1e+300, which cannot stand there`; nil where no number is to blame.
    static func number(_ file: Data) -> String? {
        let document: Any
        do {
            document = try JSONSerialization.jsonObject(with: file)
        } catch {
            // `Number 1e400 is not representable in Swift.`
            let reason = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String
            return reason.flatMap {
                $0.hasPrefix("Number ") ? $0.replacing(" in Swift.", with: "") : nil
            }
        }
        var places: [(path: String, value: NSNumber)] = []
        collect(document, "", &places)
        guard places.count <= most else { return nil }
        // Each number alone, all others being 1: where the file is refused all the same, that one is to blame.
        for (index, place) in places.enumerated() {
            var count = 0
            let alone = keeping(index, of: document, &count)
            guard let data = try? JSONSerialization.data(withJSONObject: alone) else { continue }
            do {
                _ = try JSONDecoder().decode(Study.self, from: data)
            } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
                return "'\(place.path)' is \(place.value), which cannot stand there"
            } catch { continue }
        }
        return nil
    }

    private static func isNumber(_ value: Any) -> NSNumber? {
        value is Bool ? nil : value as? NSNumber
    }

    /// In the order of `keeping`.
    private static func collect(
        _ value: Any, _ path: String, _ places: inout [(path: String, value: NSNumber)]
    ) {
        if let object = value as? [String: Any] {
            for (key, item) in object.sorted(by: { $0.key < $1.key }) {
                collect(item, path.isEmpty ? key : "\(path).\(key)", &places)
            }
        } else if let list = value as? [Any] {
            for (index, item) in list.enumerated() { collect(item, "\(path).\(index)", &places) }
        } else if let number = isNumber(value) {
            places.append((path, number))
        }
    }

    private static func keeping(_ kept: Int, of value: Any, _ count: inout Int) -> Any {
        if let object = value as? [String: Any] {
            var changed: [String: Any] = [:]
            for (key, item) in object.sorted(by: { $0.key < $1.key }) {
                changed[key] = keeping(kept, of: item, &count)
            }
            return changed
        }
        if let list = value as? [Any] {
            return list.map { keeping(kept, of: $0, &count) }
        }
        guard isNumber(value) != nil else { return value }
        defer { count += 1 }
        return count == kept ? value : 1
    }
}
