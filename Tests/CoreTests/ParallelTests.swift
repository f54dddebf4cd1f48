import Foundation
import Testing

@testable import Core

struct ParallelTests {
    struct Refused: Error, Equatable { let piece: Int }

    @Test(arguments: [1, 2, 7, 64])
    func resultsAreInOrderWhateverTheThreads(_ threads: Int) {
        for count in [0, 1, 2, 5, 100] {
            let expected = (0..<count).map { $0 * $0 }
            let parallel = Parallel(threads: threads)
            #expect(parallel.map(count) { $0 * $0 } == expected)
            let order = Array((0..<count).reversed())
            #expect(parallel.map(count, starting: order) { $0 * $0 } == expected)
        }
    }

    /// Every piece once, whatever is taken at once.
    @Test(arguments: [1, 3, 1000]) func eachPieceOnce(_ grain: Int) {
        let seen = Tally()
        Parallel(threads: 4).forEach(100, grain: grain) { seen.add($0) }
        #expect(seen.all.sorted() == Array(0..<100))
    }

    @Test func piecesStartInTheOrderAskedFor() {
        let seen = Tally()
        let order = [3, 1, 4, 0, 2]
        _ = Parallel(threads: 1).map(5, starting: order) { seen.add($0) }
        #expect(seen.all == order)
    }

    @Test func theFirstErrorEndsTheWork() {
        let seen = Tally()
        #expect(throws: Refused(piece: 3)) {
            try Parallel(threads: 1).forEach(100) { piece throws(Refused) in
                seen.add(piece)
                if piece == 3 { throw Refused(piece: piece) }
            }
        }
        #expect(seen.all == [0, 1, 2, 3])
        #expect(throws: Refused.self) {
            _ = try Parallel(threads: 4).map(1000) { piece throws(Refused) -> Int in
                if piece >= 10 { throw Refused(piece: piece) }
                return piece
            }
        }
    }

    @Test func askedToStopItBeginsNothingMore() {
        let seen = Tally()
        let parallel = Parallel(threads: 1, shouldStop: { seen.all.count == 3 })
        let found = parallel.map(6, tools: { _ in }) { piece, _ -> Int in
            seen.add(piece)
            return piece
        }
        #expect(found == [0, 1, 2, nil, nil, nil])
        #expect(parallel.map(6) { $0 }.isEmpty)
    }

    /// Progress counts up one by one and never twice at once; each thread has tools of its own.
    @Test func progressAndToolsAreTold() {
        let (told, made) = (Tally(), Tally())
        let parallel = Parallel(threads: 3) { done, total in
            told.add(done)
            if total != 50 { told.add(-1) }
        }
        let threads = parallel.map(
            50,
            tools: {
                made.add($0); return $0
            }
        ) { $1 }
        #expect(told.all == Array(1...50))
        #expect(made.all.count == Set(made.all).count)
        #expect(threads.allSatisfy { $0.map { (0..<3).contains($0) } == true })
    }

    private final class Tally: @unchecked Sendable {
        private let lock = NSLock()
        private var values: [Int] = []
        func add(_ value: Int) { lock.withLock { values.append(value) } }
        var all: [Int] { lock.withLock { values } }
    }
}
