import Winnow

extension Architecture {
    /// Three residual blocks of 32 filters over pictures of 32x32.
    static let tiny = Architecture("tiny", size: 32) { net, classes in
        var x = try net.relu("relu1", net.norm("bn1", net.conv("conv1", net.input, 32, kernel: 3)))
        for block in 1...3 {
            let path = "block\(block)"
            let inner = try net.norm("\(path).bn1", net.conv("\(path).conv1", x, 32, kernel: 3))
            var y = try net.relu("\(path).relu1", inner)
            y = try net.norm("\(path).bn2", net.conv("\(path).conv2", y, 32, kernel: 3))
            x = try net.relu("\(path).relu2", net.add("\(path).add", x, y))
        }
        return try net.linear("fc", net.globalPool(x), classes)
    }
}
