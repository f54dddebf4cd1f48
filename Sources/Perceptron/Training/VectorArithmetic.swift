// The standard library writes floating-point arithmetic on SIMD types lane by lane and leaves it to
// the optimiser to find the vector again. It mostly does; where lanes are then summed it does not,
// and finding it took most of this room's compile time. Here each operation is one vector
// instruction from the start. Without the feature (Package.swift asks for it) the standard
// library's versions serve, with the same results to the last bit.
#if hasFeature(BuiltinModule)
    import Builtin

    extension SIMD16<Float> {
        @inline(always) private init(_ raw: Builtin.Vec16xFPIEEE32) {
            self.init()
            _storage._value = raw
        }

        @inline(always) private var raw: Builtin.Vec16xFPIEEE32 { _storage._value }

        @inline(always) static func + (a: Self, b: Self) -> Self {
            Self(Builtin.fadd_Vec16xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func - (a: Self, b: Self) -> Self {
            Self(Builtin.fsub_Vec16xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func * (a: Self, b: Self) -> Self {
            Self(Builtin.fmul_Vec16xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func / (a: Self, b: Self) -> Self {
            Self(Builtin.fdiv_Vec16xFPIEEE32(a.raw, b.raw))
        }

        /// `self + a * b`, rounded once.
        @inline(always) func addingProduct(_ a: Self, _ b: Self) -> Self {
            Self(Builtin.int_fma_Vec16xFPIEEE32(a.raw, b.raw, raw))
        }

        @inline(always) func squareRoot() -> Self { Self(Builtin.int_sqrt_Vec16xFPIEEE32(raw)) }

        /// Lanes of `other` where `mask` is set, of `self` elsewhere.
        @inline(always)
        func replacing(with other: Self, where mask: SIMDMask<SIMD16<Int32>>) -> Self {
            let chosen = unsafeBitCast(mask, to: SIMD16<Int32>.self)._storage._value
            let a = Builtin.bitcast_Vec16xFPIEEE32_Vec16xInt32(raw)
            let b = Builtin.bitcast_Vec16xFPIEEE32_Vec16xInt32(other.raw)
            let changed = Builtin.and_Vec16xInt32(Builtin.xor_Vec16xInt32(a, b), chosen)
            return Self(
                Builtin.bitcast_Vec16xInt32_Vec16xFPIEEE32(Builtin.xor_Vec16xInt32(a, changed)))
        }
    }

    extension SIMD8<Float> {
        @inline(always) private init(_ raw: Builtin.Vec8xFPIEEE32) {
            self.init()
            _storage._value = raw
        }

        @inline(always) private var raw: Builtin.Vec8xFPIEEE32 { _storage._value }

        @inline(always) static func + (a: Self, b: Self) -> Self {
            Self(Builtin.fadd_Vec8xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func - (a: Self, b: Self) -> Self {
            Self(Builtin.fsub_Vec8xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func * (a: Self, b: Self) -> Self {
            Self(Builtin.fmul_Vec8xFPIEEE32(a.raw, b.raw))
        }

        @inline(always) static func / (a: Self, b: Self) -> Self {
            Self(Builtin.fdiv_Vec8xFPIEEE32(a.raw, b.raw))
        }

        /// `self + a * b`, rounded once.
        @inline(always) func addingProduct(_ a: Self, _ b: Self) -> Self {
            Self(Builtin.int_fma_Vec8xFPIEEE32(a.raw, b.raw, raw))
        }

        @inline(always) func squareRoot() -> Self { Self(Builtin.int_sqrt_Vec8xFPIEEE32(raw)) }

        /// Lanes of `other` where `mask` is set, of `self` elsewhere.
        @inline(always)
        func replacing(with other: Self, where mask: SIMDMask<SIMD8<Int32>>) -> Self {
            let chosen = unsafeBitCast(mask, to: SIMD8<Int32>.self)._storage._value
            let a = Builtin.bitcast_Vec8xFPIEEE32_Vec8xInt32(raw)
            let b = Builtin.bitcast_Vec8xFPIEEE32_Vec8xInt32(other.raw)
            let changed = Builtin.and_Vec8xInt32(Builtin.xor_Vec8xInt32(a, b), chosen)
            return Self(
                Builtin.bitcast_Vec8xInt32_Vec8xFPIEEE32(Builtin.xor_Vec8xInt32(a, changed)))
        }
    }
#endif

extension SIMD16<Float> {
    @inline(always) static func += (a: inout Self, b: Self) { a = a + b }
    @inline(always) static func *= (a: inout Self, b: Self) { a = a * b }
    @inline(always) static func * (a: Float, b: Self) -> Self { Self(repeating: a) * b }
    @inline(always) static func * (a: Self, b: Float) -> Self { a * Self(repeating: b) }
    @inline(always) static func / (a: Float, b: Self) -> Self { Self(repeating: a) / b }
    @inline(always) static func + (a: Float, b: Self) -> Self { Self(repeating: a) + b }
    @inline(always) static func - (a: Float, b: Self) -> Self { Self(repeating: a) - b }
    @inline(always) static prefix func - (a: Self) -> Self { Self(repeating: -0.0) - a }
}

extension SIMD8<Float> {
    @inline(always) static func += (a: inout Self, b: Self) { a = a + b }
    @inline(always) static func * (a: Self, b: Float) -> Self { a * Self(repeating: b) }
}
