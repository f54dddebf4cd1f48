import Foundation
import Testing

@testable import Formats

/// The pickle machine against programs that try to exhaust or confuse it.
@Suite struct PickleMachineTests {
    private func run(_ code: [UInt8]) throws -> PickleValue {
        var machine = PickleMachine(code, file: "w.pth")
        return try machine.load()
    }

    /// Runs a pickle written as text, one character a byte.
    private func run(_ code: String) throws -> PickleValue {
        try run(code.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }

    @Test func readsNumbers() throws {
        #expect(try run([0x80, 2, 0x4B, 200, 0x2E]) == .integer(200))
        #expect(try run([0x4A, 0xFE, 0xFF, 0xFF, 0xFF, 0x2E]) == .integer(-2))
        #expect(try run([0x8A, 2, 0x00, 0x80, 0x2E]) == .integer(-32_768))
        #expect(try run([0x8A, 0, 0x2E]) == .integer(0))
        #expect(try run([0x47, 0xC0, 0x04, 0, 0, 0, 0, 0, 0, 0x2E]) == .float(-2.5))
    }

    @Test func namesEveryForeignCallable() {
        for (code, name) in [
            ("cposix\nsystem\n.", "posix.system"), ("cbuiltins\neval\n.", "builtins.eval"),
            ("ctorch\nload\n.", "torch.load"),
            ("ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes"),
            ("U\u{2}osU\u{6}system\u{93}.", "os.system"),
        ] {
            #expect(refusal { try run(code) }.contains("its pickle calls \(name);"))
        }
    }

    @Test func refusesCallsOfOtherThings() {
        #expect(refusal { try run("K\u{1})R.") }.contains("not a callable"))
        #expect(refusal { try run("ctorch\nFloatStorage\n)R.") }.contains("calls torch.Float"))
        let parameter = "ctorch._utils\n_rebuild_parameter\n)R."
        #expect(refusal { try run(parameter) }.contains("makes a parameter"))
        let tensor = "ctorch._utils\n_rebuild_tensor_v2\n)R."
        #expect(refusal { try run(tensor) }.contains("wrong arguments"))
        #expect(refusal { try run("ccollections\nOrderedDict\nN\u{85}R.") }.contains("pairs"))
    }

    @Test func refusesAnEmptyOrMarkedStack() {
        #expect(refusal { try run(".") }.contains("empty stack"))
        #expect(refusal { try run("K\u{1}(0.") }.contains("empty stack"))
        #expect(refusal { try run("t.") }.contains("closes a group"))
        #expect(refusal { try run("h\u{5}.") }.contains("never kept"))
        #expect(refusal { try run("K\u{1}") }.contains("stops after 2 bytes"))
        #expect(refusal { try run("(K\u{1}u.") }.contains("key without a value"))
        #expect(refusal { try run("i.") }.contains("operation 0x69 at byte 0"))
    }

    /// 900,000 nested tuples, and a list that holds itself: neither overflows nor leaks.
    @Test func nestsWithoutRecursion() throws {
        let deep = [0x29] + [UInt8](repeating: 0x85, count: 900_000) + [0x2E]
        #expect(try run(deep) == .tuple(900_000))
        #expect(try run("]q\u{0}h\u{0}a.") == .list(0))
    }

    @Test func boundsItsWork() {
        let endless = [UInt8](repeating: 0x4E, count: PickleMachine.mostOpcodes + 1)
        #expect(refusal { try run(endless) }.contains("runs past 1,000,000 operations"))
        let marks = [UInt8](repeating: 0x28, count: PickleMachine.deepestMark + 1)
        #expect(refusal { try run(marks) }.contains("nests over 1,000 levels"))
        let text =
            [0x58] + littleEndian([UInt32(2 << 20)]) + [UInt8](repeating: 0x61, count: 3 << 20)
        #expect(refusal { try run(text) }.contains("text of 2,097,152 bytes"))
        let cut = [0x58] + littleEndian([UInt32.max]) + [0x61]
        #expect(refusal { try run(cut) }.contains("text of 4,294,967,295 bytes"))
    }

    /// A dict made of the same long list of pairs, again and again, runs out of budget.
    @Test func chargesForCopies() {
        var code = Array("]q\u{0}(".utf8)
        for _ in 0..<10_000 { code += Array("NN".utf8) + [0x86] }
        code += Array("e0".utf8)
        for _ in 0..<1_000 {
            code += Array("ccollections\nOrderedDict\nh\u{0}".utf8) + [0x85] + Array("R0".utf8)
        }
        #expect(refusal { try run(code) }.contains("runs past"))
    }

    // MARK: Tensors

    private func dict(
        _ view: PickledTensor, storage: PickledStorage, bytes: Int
    ) throws -> StateDict {
        var heap = PickleHeap()
        heap.storages = [storage]
        heap.tensors = [view]
        let root = PickleValue.dict(heap.make([.text("w"), .tensor(0)]))
        var maker = PickledStateDict(heap, file: "w.pth", fileSize: 1_000) { _ in Data(count: bytes)
        }
        return try maker.make(root)
    }

    @Test func refusesTensorsOutsideTheirStorage() {
        let storage = PickledStorage(key: "0", dtype: .float32, count: 6)
        for (offset, shape, strides) in [
            (0, [7], [1]), (6, [1], [1]), (.max, [2], [1]), (-1, [1], [1]), (0, [2], [-1]),
            (0, [2, 3], [3]), (0, [-1], [1]), (0, [2, 3], [4, 1]), (0, [.max], [1]),
            (0, [2, .max], [.max, 1]), (0, [.max, 3], [0, 1]), (7, [0], [1]),
        ] {
            let view = PickledTensor(storage: 0, offset: offset, shape: shape, strides: strides)
            let message = refusal { try dict(view, storage: storage, bytes: 24) }
            #expect(message.contains("reaches outside its storage"), "\(view)")
        }
    }

    @Test func refusesShortStoragesAndHugeExpansions() throws {
        let storage = PickledStorage(key: "0", dtype: .float32, count: 6)
        let view = PickledTensor(storage: 0, offset: 0, shape: [6], strides: [1])
        #expect(try dict(view, storage: storage, bytes: 24)["w"]?.count == 6)
        let short = refusal { try dict(view, storage: storage, bytes: 23) }
        #expect(short.contains("its storage 0 holds 23 bytes; expected 6 elements of 4 bytes"))
        let endless = PickledStorage(key: "0", dtype: .float64, count: .max)
        #expect(refusal { try dict(view, storage: endless, bytes: 24) }.contains("holds 24 bytes"))
        let expanded = PickledTensor(storage: 0, offset: 0, shape: [1 << 40, 6], strides: [0, 1])
        let message = refusal { try dict(expanded, storage: storage, bytes: 24) }
        #expect(message.contains("repeats a small storage"))
    }

    /// Gathering by stride against the plain definition, over every small view.
    @Test func gathersEverySmallView() throws {
        let bytes = Data((0..<64).map { UInt8($0) })
        let storage = PickledStorage(key: "0", dtype: .uint8, count: 64)
        for rows in 1...3 {
            for columns in 1...3 {
                for (down, across) in [(1, 3), (3, 1), (0, 2), (7, 0), (4, 1), (1, 1), (0, 0)] {
                    let view = PickledTensor(
                        storage: 0, offset: 5, shape: [2, rows, columns],
                        strides: [11, down, across])
                    var heap = PickleHeap()
                    (heap.storages, heap.tensors) = ([storage], [view])
                    let root = PickleValue.dict(heap.make([.text("w"), .tensor(0)]))
                    var maker = PickledStateDict(heap, file: "w", fileSize: 0) { _ in bytes }
                    let expected = (0..<2).flatMap { a in
                        (0..<rows).flatMap { b in
                            (0..<columns).map { 5 + 11 * a + down * b + across * $0 }
                        }
                    }
                    #expect(try maker.make(root)["w"]?.integers() == expected)
                }
            }
        }
    }
}
