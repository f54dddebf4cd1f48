import Foundation

extension PickleMachine {
    /// Carries out one opcode; false when it is not one that a state dict needs.
    mutating func step(_ opcode: UInt8) throws -> Bool {
        if try pushConstant(opcode) { return true }
        if try pushText(opcode) { return true }
        if try build(opcode) { return true }
        switch opcode {
        case 0x80:  // PROTO
            let version = try cursor.byte()
            guard (2...5).contains(version) else {
                throw refusal("its pickle has protocol \(version)", expected: "2 to 5")
            }
        case 0x95: try cursor.skip(8)  // FRAME: a hint about buffering
        case UInt8(ascii: "("): try mark()
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()
        case UInt8(ascii: "q"): try remember(Int(cursor.byte()))  // BINPUT
        case UInt8(ascii: "r"): try remember(cursor.u32())  // LONG_BINPUT
        case 0x94: try remember(memo.count)  // MEMOIZE
        case UInt8(ascii: "h"): try recall(Int(cursor.byte()))  // BINGET
        case UInt8(ascii: "j"): try recall(cursor.u32())  // LONG_BINGET
        case UInt8(ascii: "c"): push(.global(try allowed(module: line(), name: line())))  // GLOBAL
        case 0x93:  // STACK_GLOBAL
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw refusal("its pickle names a callable by something other than text")
            }
            push(.global(try allowed(module: module, name: name)))
        case UInt8(ascii: "R"), 0x81: try call()  // REDUCE, NEWOBJ
        case UInt8(ascii: "b"): _ = try (pop(), top())  // BUILD: attributes, which are not weights
        case UInt8(ascii: "Q"): try findStorage()  // BINPERSID
        default: return false
        }
        return true
    }

    private mutating func pushConstant(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "N"): push(.none)
        case 0x88: push(.bool(true))
        case 0x89: push(.bool(false))
        case UInt8(ascii: "K"): push(.integer(Int(try cursor.byte())))  // BININT1
        case UInt8(ascii: "M"): push(.integer(try cursor.u16()))  // BININT2
        case UInt8(ascii: "J"):  // BININT
            push(.integer(Int(Int32(bitPattern: try cursor.integer(UInt32.self)))))
        case 0x8A: push(try long(Int(cursor.byte())))  // LONG1
        case UInt8(ascii: "G"):  // BINFLOAT, big-endian
            push(.float(Double(bitPattern: try cursor.integer(UInt64.self).byteSwapped)))
        default: return false
        }
        return true
    }

    private mutating func pushText(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "X"): push(.text(try text(cursor.u32())))  // BINUNICODE
        case 0x8C: push(.text(try text(Int(cursor.byte()))))  // SHORT_BINUNICODE
        case 0x8D: push(.text(try text(cursor.u64())))  // BINUNICODE8
        case UInt8(ascii: "U"): push(.text(try text(Int(cursor.byte()))))  // SHORT_BINSTRING
        case UInt8(ascii: "T"): push(.text(try text(cursor.u32())))  // BINSTRING
        case UInt8(ascii: "C"): try skipBytes(Int(cursor.byte()))  // SHORT_BINBYTES
        case UInt8(ascii: "B"): try skipBytes(cursor.u32())  // BINBYTES
        case 0x8E, 0x96: try skipBytes(cursor.u64())  // BINBYTES8, BYTEARRAY8
        default: return false
        }
        return true
    }

    private mutating func build(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case UInt8(ascii: ")"): push(.tuple(heap.make([])))
        case UInt8(ascii: "t"): push(.tuple(heap.make(try popToMark())))
        case 0x85...0x87: push(.tuple(heap.make(try pop(Int(opcode - 0x84)))))  // TUPLE1 to TUPLE3
        case UInt8(ascii: "]"), 0x8F: push(.list(heap.make([])))  // EMPTY_LIST, EMPTY_SET
        case 0x91: push(.list(heap.make(try popToMark())))  // FROZENSET
        case UInt8(ascii: "}"): push(.dict(heap.make([])))
        case UInt8(ascii: "a"): try append([pop()])
        case UInt8(ascii: "e"), 0x90: try append(popToMark())  // APPENDS, ADDITEMS
        case UInt8(ascii: "s"): try setItems(pop(2))
        case UInt8(ascii: "u"): try setItems(popToMark())
        default: return false
        }
        return true
    }

    private mutating func append(_ values: [PickleValue]) throws {
        switch try top() {
        case .list(let handle): heap.items[handle] += values
        case .opaque: break
        case let other: throw refusal("its pickle appends to \(other.kind)")
        }
    }

    private mutating func setItems(_ flat: [PickleValue]) throws {
        guard flat.count % 2 == 0 else { throw refusal("its pickle has a key without a value") }
        switch try top() {
        case .dict(let handle): heap.items[handle] += flat
        case .opaque: break
        case let other: throw refusal("its pickle sets an item of \(other.kind)")
        }
    }

    private mutating func long(_ count: Int) throws -> PickleValue {
        let bytes = try cursor.take(count)
        guard count <= 8 else { return .bigInteger(Array(bytes)) }
        let fill: UInt64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : .max
        let bits = bytes.reversed().reduce(fill) { $0 << 8 | UInt64($1) }
        return .integer(Int(Int64(bitPattern: bits)))
    }

    private mutating func text(_ count: Int) throws -> String {
        guard count <= Self.longestText else {
            throw refusal("its pickle holds a text of \(grouped(count)) bytes")
        }
        return try cursor.text(count)
    }

    private mutating func skipBytes(_ count: Int) throws {
        try cursor.skip(count)
        push(.bytes)
    }

    /// Text up to a newline, as GLOBAL has it.
    private mutating func line() throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < 256 {
            let byte = try cursor.byte()
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        throw refusal("its pickle names a callable in over 256 bytes")
    }
}
