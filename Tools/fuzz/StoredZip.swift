import Foundation

/// A zip file of stored entries in memory, with the CRC-32 that each needs: mutated contents then reach what reads them.
enum StoredZip {
    /// One file in it, with its checksum.
    struct Entry: Sendable {
        let name: String
        let data: Data
        let crc: UInt32

        init(_ name: String, _ data: Data) {
            (self.name, self.data, crc) = (name, data, StoredZip.crc(data))
        }
    }

    static func made(_ entries: [Entry]) -> Data {
        var (file, directory) = (Data(), Data())
        for entry in entries {
            let (name, data) = (entry.name, entry.data)
            let common =
                bytes(20 as UInt16) + bytes(0 as UInt16) + bytes(0 as UInt16) + bytes(0 as UInt32)
                + bytes(entry.crc) + bytes(UInt32(data.count)) + bytes(UInt32(data.count))
                + bytes(UInt16(name.utf8.count)) + bytes(0 as UInt16)
            directory += bytes(0x0201_4B50 as UInt32) + bytes(20 as UInt16) + common
            directory += Data(count: 10) + bytes(UInt32(file.count)) + Data(name.utf8)
            file += bytes(0x0403_4B50 as UInt32) + common + Data(name.utf8) + data
        }
        let count = UInt16(entries.count)
        let end =
            bytes(0x0605_4B50 as UInt32) + bytes(0 as UInt32) + bytes(count) + bytes(count)
            + bytes(UInt32(directory.count)) + bytes(UInt32(file.count)) + bytes(0 as UInt16)
        return file + directory + end
    }

    private static func bytes(_ number: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: number.littleEndian) { Data($0) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in
            value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1
        }
    }

    /// CRC-32 (ISO 3309).
    fileprivate static func crc(_ data: Data) -> UInt32 {
        ~data.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }
}

/// A workbook around one part of it.
enum Workbook {
    /// - Parameter data: a letter for the part (s sheet, w workbook, l links, t texts), then its XML.
    static func made(_ data: Data) -> Data {
        var parts = plain
        let name =
            switch data.first {
            case UInt8(ascii: "w"): "xl/workbook.xml"
            case UInt8(ascii: "l"): "xl/_rels/workbook.xml.rels"
            case UInt8(ascii: "t"): "xl/sharedStrings.xml"
            default: "xl/worksheets/sheet1.xml"
            }
        parts[name] = Data(data.dropFirst())
        return StoredZip.made(parts.sorted { $0.key < $1.key }.map(StoredZip.Entry.init))
    }

    private static let plain: [String: Data] = [
        "xl/workbook.xml": "<workbook><sheets><sheet name='a' r:id='i1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": """
        <Relationships><Relationship Id='i1' Type='x/worksheet' Target='worksheets/sheet1.xml'/>\
        <Relationship Id='i2' Type='x/sharedStrings' Target='sharedStrings.xml'/></Relationships>
        """,
        "xl/sharedStrings.xml": "<sst><si><t>label</t></si><si><t>f</t></si></sst>",
        "xl/worksheets/sheet1.xml": """
        <worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>\
        <row r='2'><c r='A2'><v>1</v></c><c r='B2'><v>2.5</v></c></row></sheetData></worksheet>
        """,
    ].mapValues { Data($0.utf8) }
}
