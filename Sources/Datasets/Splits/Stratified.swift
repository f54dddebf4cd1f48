import Core

/// Draws that keep the classes in proportion.
enum Stratified {
    /// `size` of the given pictures, each class in proportion to within one picture.
    ///
    /// Class c of n_c pictures gives `size * n_c / n` rounded down, and the largest remainders one
    /// more; ties are broken at random.
    static func draw(
        _ size: Int, from pictures: [Int], _ labels: [Int], _ generator: inout SplitMix64
    ) -> [Int] {
        guard size > 0, !pictures.isEmpty else { return [] }
        let classes = byClass(pictures, labels)
        let scale = Double(size) / Double(pictures.count)
        var counts = classes.map { Int(Double($0.count) * scale) }
        let order = generator.shuffledFromBack(Array(classes.indices)).sorted { a, b in
            remainder(classes[a].count, scale) > remainder(classes[b].count, scale)
        }
        for index in order.prefix(max(0, size - counts.reduce(0, +))) { counts[index] += 1 }
        return zip(classes, counts).flatMap { members, count in
            generator.shuffledFromBack(members).prefix(count)
        }
    }

    private static func remainder(_ count: Int, _ scale: Double) -> Double {
        let share = Double(count) * scale
        return share - share.rounded(.down)
    }

    /// The pictures of each class that occurs, by label.
    static func byClass(_ pictures: [Int], _ labels: [Int]) -> [[Int]] {
        let classes = Dictionary(grouping: pictures) { labels[$0] }
        return classes.keys.sorted().compactMap { classes[$0] }
    }
}
