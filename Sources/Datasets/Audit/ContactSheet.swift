import Formats

/// Rows of pictures on one page, each row with its number.
package struct ContactSheet: Sendable {
    /// The most rows of an audit's sheet.
    package static let mostRows = 24

    /// The side of a picture's square, in pixels.
    package var cell: Int
    /// Pixels between squares.
    package var gap: Int

    package init(cell: Int = 128, gap: Int = 6) {
        self.cell = cell
        self.gap = gap
    }

    /// Draws the rows, pictures scaled to fit their squares; nil leaves a square empty.
    ///
    /// - Parameter firstNumber: the number of the first row; nil for no numbers.
    package func draw(_ rows: [[Picture?]], firstNumber: Int? = 1) -> Picture {
        let margin = firstNumber == nil ? gap : 40
        let columns = rows.map(\.count).max() ?? 0
        var page = Canvas(
            width: margin + columns * (cell + gap) + gap, height: rows.count * (cell + gap) + gap)
        for (y, row) in rows.enumerated() {
            let top = gap + y * (cell + gap)
            if let firstNumber {
                page.draw(number: firstNumber + y, x: gap, y: top + cell / 2 - 5)
            }
            for (x, picture) in row.enumerated() {
                guard let picture else { continue }
                page.draw(fitted(picture), x: margin + x * (cell + gap), y: top, cell: cell)
            }
        }
        return page.picture
    }

    /// The audit's worst pairs side by side, read again from their files.
    ///
    /// A file that has become unreadable leaves its square empty.
    package func draw(_ report: AuditReport, root: String) -> Picture? {
        let pairs = report.worstPairs.prefix(Self.mostRows)
        guard !pairs.isEmpty else { return nil }
        return draw(
            pairs.map { pair in
                pair.files.map { try? Picture(contentsOf: FolderListing.join(root, $0)) }
            })
    }

    /// The picture scaled so that its longer side is the cell's.
    private func fitted(_ picture: Picture) -> Picture {
        let longer = max(picture.width, picture.height)
        return picture.resized(
            width: max(1, picture.width * cell / longer),
            height: max(1, picture.height * cell / longer))
    }
}

/// A white page to draw on.
private struct Canvas {
    private let width: Int
    private let height: Int
    private var pixels: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    var picture: Picture { Picture(width: width, height: height, channels: 3, pixels: pixels) }

    /// Draws a picture in the middle of its square.
    mutating func draw(_ picture: Picture, x: Int, y: Int, cell: Int) {
        let (left, top) = (x + (cell - picture.width) / 2, y + (cell - picture.height) / 2)
        for row in 0..<picture.height {
            for column in 0..<picture.width {
                let from = (row * picture.width + column) * picture.channels
                for c in 0..<3 {
                    set(left + column, top + row, c, picture.pixels[from + c % picture.channels])
                }
            }
        }
    }

    private mutating func set(_ x: Int, _ y: Int, _ channel: Int, _ value: UInt8) {
        guard (0..<width).contains(x), (0..<height).contains(y) else { return }
        pixels[(y * width + x) * 3 + channel] = value
    }

    /// Digits of 3 x 5 dots, rows from the top, three bits a row.
    private static let digits: [UInt16] = [
        0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111,
        0b111_001_111_001_111, 0b101_101_111_001_001, 0b111_100_111_001_111,
        0b111_100_111_101_111, 0b111_001_010_010_010, 0b111_101_111_101_111,
        0b111_101_111_001_111,
    ]

    /// Writes a number in dots of 2 x 2 pixels.
    mutating func draw(number: Int, x: Int, y: Int) {
        for (place, digit) in String(number).compactMap(\.wholeNumberValue).enumerated() {
            for dot in 0..<15 where Self.digits[digit] >> UInt16(14 - dot) & 1 == 1 {
                for pixel in 0..<4 {
                    let column = x + place * 8 + dot % 3 * 2 + pixel % 2
                    for c in 0..<3 { set(column, y + dot / 3 * 2 + pixel / 2, c, 0) }
                }
            }
        }
    }
}
