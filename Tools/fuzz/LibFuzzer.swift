#if LIBFUZZER
    import Foundation

    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    /// clang's fuzzer, which calls back with an input each time.
    enum LibFuzzer {
        /// - Parameter words: the program's name and libFuzzer's arguments.
        static func run(_ words: [String]) -> Int32 {
            var count = Int32(words.count)
            let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
                capacity: words.count + 1)
            for (index, word) in words.enumerated() { list[index] = strdup(word) }
            list[words.count] = nil
            var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = list
            return runDriver(&count, &start) { bytes, count in
                Fuzz.target.check(bytes.map { Data(bytes: $0, count: count) } ?? Data())
                return 0
            }
        }
    }
#endif
