import Foundation
import Testing

@testable import Core

/// What identities and files hang on: these bytes must not change.
struct WrittenBytesTests {
    private struct Value: Codable {
        var path = "a/b"
        var count = 2
        var rate: Double = 0.1
    }

    @Test func jsonIsTheSameBytes() throws {
        let value = Value()
        #expect(
            try CanonicalJSON.line.text(value) == #"{"count":2,"path":"a/b","rate":0.1}"#)
        #expect(
            try CanonicalJSON.escapedLine.text(value) == #"{"count":2,"path":"a\/b","rate":0.1}"#)
        let page = String(decoding: try CanonicalJSON.page.document(value), as: UTF8.self)
        #expect(page == "{\n  \"count\" : 2,\n  \"path\" : \"a/b\",\n  \"rate\" : 0.1\n}\n")
    }

    @Test func numbersThatAreNoneAreRefusedUnlessNamed() throws {
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(throws: EncodingError.self) {
                try CanonicalJSON.line.text(Value(rate: number))
            }
        }
        let named = CanonicalJSON.line.naming(nan: "none")
        #expect(try named.text([Double.nan, .infinity, -.infinity]) == #"["none","inf","-inf"]"#)
    }

    /// The digests of FIPS 180-2's examples.
    @Test func hashesAreSHA256() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ContentHash.sha256("abc") == abc)
        #expect(ContentHash.sha256(Data("abc".utf8)) == abc)
        #expect([UInt8]("abc".utf8).withUnsafeBytes(ContentHash.sha256) == abc)
        var hash = ContentHash()
        #expect(hash.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        hash.update("a")
        hash.update(Data("bc".utf8))
        #expect(hash.hex == abc)
        #expect(hash.bytes == ContentHash.bytes(abc))
        #expect(ContentHash.hex(ContentHash.bytes(abc)) == abc)
        #expect(ContentHash.seed("abc") == 0xba78_16bf_8f01_cfea)
    }

    @Test func tablesLineUp() {
        let table = TextTable(
            title: "T", header: ["a", "bb"], rows: [["longer", "x"], ["s", "yy"]], notes: ["note"])
        #expect(table.plain == "T\n  a       bb\n  longer  x\n  s       yy\n  note\n")
        #expect(
            table.markdown
                == "**T**\n\n| a | bb |\n|---|---|\n| longer | x |\n| s | yy |\n\nnote\n")
        #expect(
            TextTable.aligned([["a", "1", "x"], ["bcd", "20"]], numbers: .right)
                == ["a     1  x", "bcd  20"])
        #expect(TextTable.aligned([]).isEmpty)
    }
}
