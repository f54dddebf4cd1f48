#if !LIBFUZZER
    import Core
    import Foundation

    /// Mutates the files of a corpus blindly: what there is without libFuzzer.
    struct MutationDriver {
        private let target: FuzzTarget
        private let seeds: [[UInt8]]

        /// - Parameter corpus: folders of files to begin with.
        init(_ target: FuzzTarget, corpus: [String]) {
            self.target = target
            let files = corpus.flatMap { folder in
                (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted().map {
                    folder + "/" + $0
                } ?? []
            }
            let read = files.compactMap { FileManager.default.contents(atPath: $0) }
            seeds = [[]] + read.map { [UInt8]($0) }
        }

        /// Reads mutated files; an input that ends the process is left in `.build/fuzz/crashes`.
        func run(seconds: Double) {
            let folder = ".build/fuzz/crashes"
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let last = "\(folder)/\(target.name)-last"
            let file = open(last, O_RDWR | O_CREAT | O_TRUNC, 0o644)
            var random = SplitMix64(seed: UInt64(Date().timeIntervalSince1970 * 1000))
            let end = Date().addingTimeInterval(seconds)
            var runs = 0
            while Date() < end {
                let bytes = mutated(seeds.randomElement(using: &random) ?? [], &random)
                _ = pwrite(file, bytes, bytes.count, 0)
                ftruncate(file, off_t(bytes.count))
                target.check(Data(bytes))
                runs += 1
            }
            close(file)
            unlink(last)
            print("\(target.name): \(runs) runs in \(Int(seconds)) s, without libFuzzer")
        }

        /// One to six changes: bytes, bits, runs of one byte, runs removed, doubled or taken from another file, cuts.
        private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
            var bytes = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                let end = min(place + Int.random(in: 1...32, using: &random), bytes.count)
                let run = place..<end
                switch Int.random(in: 0..<8, using: &random) {
                case 0 where !run.isEmpty: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1 where !run.isEmpty:
                    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.replaceSubrange(run, with: run.map { _ in 0xFF })
                case 3: bytes.replaceSubrange(run, with: run.map { _ in 0 })
                case 4: bytes.removeSubrange(run)
                case 5: bytes.insert(contentsOf: Array(bytes[run]), at: place)
                case 6:
                    let other = seeds.randomElement(using: &random) ?? []
                    let from = Int.random(in: 0...other.count, using: &random)
                    bytes.insert(contentsOf: other[from...].prefix(64), at: place)
                default:
                    if Int.random(in: 0..<8, using: &random) == 0 {
                        bytes.removeLast(bytes.count - place)
                    } else {
                        let digits = Array("0123456789-+eE.,;\"{}[]:".utf8)
                        bytes.insert(digits.randomElement(using: &random) ?? 0x30, at: place)
                    }
                }
            }
            return bytes
        }
    }
#endif
