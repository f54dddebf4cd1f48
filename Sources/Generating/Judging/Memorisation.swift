import Core
import Datasets
import Formats

/// How near made pictures are to those that they were learnt from, by the audit's own print.
package struct Memorisation: Codable, Sendable, Equatable {
    /// Made pictures that the audit would take for a near duplicate of a training picture.
    package let copies: Int
    /// Made pictures looked at.
    package let pictures: Int
    /// Correlation of each one's print with its nearest training picture's: median and largest.
    package let median: Double
    package let largest: Double
    /// The median and largest over training pictures, each with its nearest other: what is usual for these pictures.
    package let usualMedian: Double
    package let usualLargest: Double

    /// A made picture and the training picture that is nearest.
    package struct Pair: Sendable, Equatable {
        /// Places in the lists that were compared.
        package let made: Int
        package let training: Int
        package let correlation: Float
    }

    /// Compares made pictures with training pictures; the nearest pairs come first.
    package static func measure(
        _ made: [PicturePrint], training: [PicturePrint], threads: Int
    ) -> (found: Memorisation, pairs: [Pair]) {
        let pairs = Parallel(threads: threads).map(made.count) { index in
            nearest(made[index], training, made: index, except: nil)
        }.compactMap { $0 }
        let usual = Parallel(threads: threads).map(training.count) { index in
            nearest(training[index], training, made: index, except: index)
        }.compactMap { $0 }.map { Double($0.correlation) }.sorted()
        let rule = NearDuplicates()
        let copies = pairs.count {
            $0.correlation >= rule.correlation
                && made[$0.made].isNear(training[$0.training], bits: rule.bits)
        }
        let values = pairs.map { Double($0.correlation) }.sorted()
        let found = Memorisation(
            copies: copies, pictures: made.count, median: middle(values),
            largest: values.last ?? 0, usualMedian: middle(usual),
            usualLargest: usual.last ?? 0)
        return (
            found, pairs.sorted { ($1.correlation, $0.made) < ($0.correlation, $1.made) }
        )
    }

    private static func nearest(
        _ print: PicturePrint, _ others: [PicturePrint], made: Int, except: Int?
    ) -> Pair? {
        var best: Pair?
        for (place, other) in others.enumerated() where place != except {
            let correlation = print.correlation(with: other)
            if correlation > best?.correlation ?? -2 {
                best = Pair(made: made, training: place, correlation: correlation)
            }
        }
        return best
    }

    private static func middle(_ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
