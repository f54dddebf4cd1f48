import Foundation

/// Runs a pickle (protocols 2 to 4) as far as a state dict needs, and can execute nothing.
///
/// The opcodes are those of Python's `pickletools`. A name outside `PickleCallables` ends the run
/// with an error that names it; the names inside only ever build the plain values of `PickleHeap`.
/// Bytes, text, opcodes and the values that calls copy are bounded, and so is memory.
struct PickleMachine {
    /// The longest pickle, and the most opcodes in a file: a state dict of 1,000 tensors takes
    /// some 150 kB and 50,000.
    static let largestPickle = 16 << 20
    static let mostOpcodes = 1_000_000
    static let longestText = 1 << 20
    static let deepestMark = 1_000

    var cursor: ByteCursor
    var heap = PickleHeap()
    var stack: [PickleValue] = []
    var memo: [Int: PickleValue] = [:]
    /// Heights of the stack at the open MARKs.
    private var marks: [Int] = []
    private var opcodes = 0

    init(_ bytes: [UInt8], file: String) {
        cursor = ByteCursor(bytes, file: file, part: "pickle")
    }

    /// Runs one pickle to its STOP and returns its value; `cursor` is then just behind it.
    mutating func load() throws -> PickleValue {
        stack = []
        memo = [:]
        marks = []
        while true {
            try charge(1)
            let place = cursor.offset
            let opcode = try cursor.byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            guard try step(opcode) else {
                let code = String(opcode, radix: 16)
                throw refusal(
                    "its pickle has operation 0x\(code) at byte \(grouped(place)), which no state "
                        + "dict needs")
            }
        }
    }

    /// Counts work against `mostOpcodes`: one for an opcode, and one for each value copied by a
    /// call.
    mutating func charge(_ count: Int) throws {
        opcodes += count
        guard opcodes <= Self.mostOpcodes else {
            throw refusal("its pickle runs past \(grouped(Self.mostOpcodes)) operations")
        }
    }

    /// One error for everything that a pickle should not hold.
    func refusal(_ found: String, expected: String = "") -> FormatError {
        FormatError(
            file: cursor.file, found: found, expected: expected,
            advice: "Save the state dict alone: torch.save(model.state_dict(), path).")
    }

    // MARK: Stack

    mutating func push(_ value: PickleValue) { stack.append(value) }

    /// The top value; never one from below an open MARK.
    mutating func pop() throws -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw refusal("its pickle takes from an empty stack")
        }
        return value
    }

    mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw refusal("its pickle takes from an empty stack")
        }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    func top() throws -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw refusal("its pickle reads from an empty stack")
        }
        return value
    }

    mutating func mark() throws {
        guard marks.count < Self.deepestMark else {
            throw refusal("its pickle nests over \(grouped(Self.deepestMark)) levels")
        }
        marks.append(stack.count)
    }

    /// Everything above the last MARK, which is taken away with it.
    mutating func popToMark() throws -> [PickleValue] {
        guard let height = marks.popLast(), height <= stack.count else {
            throw refusal("its pickle closes a group that it did not open")
        }
        defer { stack.removeLast(stack.count - height) }
        return Array(stack[height...])
    }

    mutating func remember(_ slot: Int) throws { memo[slot] = try top() }

    mutating func recall(_ slot: Int) throws {
        guard let value = memo[slot] else {
            throw refusal("its pickle recalls value \(slot), which it never kept")
        }
        push(value)
    }
}
