import Foundation
import Testing

@testable import Formats

/// Weights files that lie or attack are refused with an error that says what they hold.
@Suite struct HostileTensorTests {
    @Test(arguments: ["evil.pth", "evil-legacy.pth"])
    func refusesAPickleThatRunsCommands(name: String) {
        let message = refusal { try TensorFile.read(FormatsFixture.url(name)) }
        #expect(message.contains("its pickle calls posix.system"))
    }

    @Test func refusesAWholeNetwork() {
        let message = refusal { try TensorFile.read(FormatsFixture.url("whole-network.pth")) }
        #expect(message.contains("torch.nn.modules.container.Sequential"))
        #expect(message.contains("torch.save(model.state_dict(), path)"))
    }

    /// No prefix of any fixture reads as a whole one. Zips, whose every prefix `HostileZipTests`
    /// tries, are cut at every seventh byte.
    @Test(arguments: [
        "dtypes.pth", "dtypes-legacy.pth", "nested-legacy.pth", "dtypes.safetensors",
        "written.pth", "written.safetensors",
    ])
    func refusesEveryTruncation(name: String) throws {
        let data = try FormatsFixture.data(name)
        let step = data.starts(with: [0x50, 0x4B]) ? 7 : 1
        for count in stride(from: 0, to: data.count, by: step) {
            _ = refusal { try TensorFile.read(data.prefix(count), file: name) }
        }
        let message = refusal { try TensorFile.read(data.dropLast(), file: name) }
        #expect(message.contains("ends at byte \(grouped(data.count - 1)) "))
        #expect(message.contains("the download was cut off. Fetch it again."))
    }

    /// Where the file itself says how long it should be, so does the error.
    @Test func saysHowMuchIsMissing() throws {
        for (name, says) in [
            ("dtypes-legacy.pth", "but its directory says 1,899"),
            ("dtypes.safetensors", "but its header says 1,016"),
        ] {
            let data = try FormatsFixture.data(name)
            let message = refusal { try TensorFile.read(data.dropLast(20), file: name) }
            #expect(message.contains(says))
        }
        guard let url = FormatsFixture.shared("weights/resnet18-tinyimagenet200.pth") else {
            return
        }
        let front = try FileBytes.open(url).prefix(1 << 20)
        let message = refusal { try TensorFile.read(front, file: "weights.pth") }
        // 11,288,712 float32 and 20 int64 numbers, behind a header of 128 bytes and the pickle.
        let listed = 4 * 11_288_712 + 8 * 20 + 128 + 12_325
        #expect(
            message == "weights.pth: ends at byte 1,048,576 but the tensors that it lists take "
                + "\(grouped(listed)): the download was cut off. Fetch it again.")
    }

    @Test(arguments: [
        ("<!DOCTYPE html><html>", "is a web page"),
        ("version https://git-lfs.github.com/spec/v1", "is a Git LFS pointer"),
        ("abc", "holds 3 bytes"), ("plain words", "starts with the bytes 70 6c 61 69"),
    ])
    func saysWhatElseItIs(text: String, found: String) {
        let message = refusal { try TensorFile.read(Data(text.utf8), file: "w.pth") }
        #expect(message.contains("w.pth: \(found)"))
    }

    @Test func refusesAWorkbookAsWeights() throws {
        let message = refusal { try TensorFile.read(FormatsFixture.url("deflated.zip")) }
        #expect(message.contains("is a zip file with 0 entries data.pkl"))
    }

    // MARK: safetensors

    private func safetensors(_ header: String, bytes: Int) -> Data {
        Data(littleEndian([UInt64(header.utf8.count)]) + Array(header.utf8)) + Data(count: bytes)
    }

    private func tensor(_ name: String, _ shape: String, _ range: String) -> String {
        "\"\(name)\":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(range)]}"
    }

    private func headerRefusal(_ header: String, bytes: Int) -> String {
        refusal { try TensorFile.read(safetensors(header, bytes: bytes), file: "m.safetensors") }
    }

    @Test func acceptsTheSmallestHeaders() throws {
        let one = safetensors("{\(tensor("a", "2", "0,8"))} ", bytes: 8)
        #expect(try TensorFile.read(one, file: "m")["a"]?.floats() == [0, 0])
        #expect(try TensorFile.read(safetensors("{}", bytes: 0), file: "m").count == 0)
    }

    @Test func refusesOverlapGapAndOffsetsPastTheEnd() {
        let (a, b) = (tensor("a", "2", "0,8"), tensor("b", "1", "4,8"))
        #expect(headerRefusal("{\(a),\(b)}", bytes: 8).contains("'b' overlaps the one before"))
        let far = tensor("b", "1", "12,16")
        #expect(headerRefusal("{\(a),\(far)}", bytes: 16).contains("'b' leaves a gap"))
        #expect(
            headerRefusal("{\(a)}", bytes: 4).contains("ends at byte 66 but its header says 70"))
        #expect(headerRefusal("{\(a)}", bytes: 9).contains("goes on for 1 bytes"))
        let huge = tensor("a", "4611686018427387903", "0,9223372036854775807")
        #expect(headerRefusal("{\(huge)}", bytes: 8).contains("9,223,372,036,854,775,807 bytes"))
    }

    @Test func refusesGarbledHeaders() {
        let a = tensor("a", "2", "0,8")
        let cases = [
            ("{\(a),\(a)}", "has the key 'a' twice"),
            ("{\(tensor("a", "3", "0,8"))}", "8 bytes for shape [3] of F32"),
            ("{\(tensor("a", "2", "8,0"))}", "data_offsets in order"),
            ("{\(tensor("a", "-2", "0,8"))}", "no whole number"),
            ("{\(tensor("a", "2.0", "0,8"))}", "no whole number"),
            ("{\(a.replacingOccurrences(of: "F32", with: "F8_E4M3"))}", "the dtype F8_E4M3"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", "no dtype, shape and data_offsets"),
            ("{\"a\":{\"dtype\":\"F32\",\"x\":[]}}", "the field 'x'"),
            ("{\"__metadata__\":{\"k\":1}}", "lacks a '\"'"),
            ("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", "has the key 'k' twice"),
            ("{\"a\":" + String(repeating: "[", count: 10_000), "lacks a '{'"),
            ("{\"\\ud800\":1}", "half a character"), ("{\(a)}x", "goes on after its end"),
        ]
        for (header, found) in cases {
            #expect(headerRefusal(header, bytes: 8).contains(found), "\(header.prefix(80))")
        }
    }

    @Test func refusesAnOversizedHeader() {
        let data = Data(littleEndian([100_000_001 as UInt64]) + Array("{}".utf8))
        let message = refusal { try TensorFile.read(data, file: "m") }
        #expect(message.contains("header takes 100,000,001 bytes; expected at most 100,000,000"))
        let cut = Data(littleEndian([1000 as UInt64]) + Array("{}".utf8))
        #expect(refusal { try TensorFile.read(cut, file: "m") }.contains("says 1,008"))
    }

    @Test func refusesAReservedName() {
        let dict = StateDict([("__metadata__", HostTensor([1] as [Float], shape: [1]))])
        let url = URL(fileURLWithPath: "m.safetensors")
        #expect(refusal { try TensorFile.write(dict, to: url) }.contains("'__metadata__'"))
    }
}
