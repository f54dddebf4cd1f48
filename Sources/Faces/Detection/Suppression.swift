/// Non-maximum suppression: of boxes that overlap too much only the one with the best score stays.
enum Suppression {
    /// By intersection over union, as torchvision.ops.nms; equal scores keep their order.
    ///
    /// - Returns: indices of the boxes that stay, best score first.
    static func union(_ boxes: [FaceBox], scores: [Float], above limit: Double) -> [Int] {
        let order = boxes.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        return survivors(boxes, order) { a, b in
            let inner = intersection(a, b, extra: 0)
            return Double(inner / (a.area + b.area - inner)) > limit
        }
    }

    /// By intersection over the smaller box, sides counted in pixels, as facenet-pytorch's "Min".
    ///
    /// It removes a box inside another. Of equal scores the later comes first, as NumPy's sort nearly
    /// always has it; they are common, since boxes cut by the picture's edge may show the same pixels.
    static func minimum(_ boxes: [FaceBox], scores: [Float], above limit: Float) -> [Int] {
        func pixels(_ box: FaceBox) -> Float { (box.width + 1) * (box.height + 1) }
        let order = boxes.indices.sorted { (scores[$0], $0) > (scores[$1], $1) }
        return survivors(boxes, order) { a, b in
            intersection(a, b, extra: 1) / min(pixels(a), pixels(b)) > limit
        }
    }

    /// Takes boxes in `order` unless they overlap one that was taken: boxes x survivors steps.
    private static func survivors(
        _ boxes: [FaceBox], _ order: [Int], overlap: (FaceBox, FaceBox) -> Bool
    ) -> [Int] {
        var taken: [Int] = []
        for index in order where !taken.contains(where: { overlap(boxes[$0], boxes[index]) }) {
            taken.append(index)
        }
        return taken
    }

    private static func intersection(_ a: FaceBox, _ b: FaceBox, extra: Float) -> Float {
        let width = min(a.x2, b.x2) - max(a.x1, b.x1) + extra
        let height = min(a.y2, b.y2) - max(a.y1, b.y1) + extra
        return max(0, width) * max(0, height)
    }
}
