import Foundation
import Models

/// A network without its numbers: a name, and its layers for any count of classes.
///
/// One of one's own is a file, and then used as those that come along are:
///
///     extension Architecture {
///         static let tiny = Architecture("tiny", size: 32) { net, classes in
///             let x = try net.relu("relu1", net.conv("conv1", net.input, 16, kernel: 3))
///             return try net.linear("fc", net.globalPool(x), classes)
///         }
///     }
///     let network = try Network.drawn(.tiny, classes: 7, seed: 1)
public struct Architecture: Sendable {
    package let inner: Models.Architecture

    /// - Parameters:
    ///   - name: for messages and files.
    ///   - size: pixels on each side that it is made for.
    ///   - layers: adds them, for so many classes, and returns the class scores.
    public init(
        _ name: String, size: Int = 224,
        layers:
            @escaping @Sendable (
                inout NetworkBuilder, _ classes: Int
            ) throws -> NetworkBuilder.Value
    ) {
        inner = Models.Architecture(name, "own", size: size) { classes, size in
            var builder = NetworkBuilder(size: size)
            let output = try layers(&builder, classes)
            return builder.graph(output, name)
        }
    }

    /// One that comes with Winnow.
    ///
    /// - Throws: `WinnowError` with the names that there are.
    public init(named name: String) throws {
        inner = try WinnowError.wrapping { try .named(name) }
    }

    /// Its name.
    public var name: String { inner.rawValue }
}

extension Network {
    /// Names of the built-in networks.
    public static var builtIn: [String] { Models.Architecture.allCases.map(\.rawValue) }

    /// A network with fresh weights, drawn from `seed`: a built-in one's as torchvision does.
    ///
    /// - Parameters:
    ///   - classes: how many; they are named by their numbers.
    ///   - size: height and width of the pictures in pixels; what the network was made for where nil.
    public static func drawn(
        _ architecture: Architecture, classes: Int, size: Int? = nil, seed: UInt64 = 0
    ) throws -> Network {
        try WinnowError.wrapping {
            var model = try Model.drawn(
                architecture.inner, classes: classes, size: size, seed: seed)
            model.classes = (0..<classes).map(String.init)
            return Network(model)
        }
    }

    /// A built-in network with fresh weights, by its name.
    public static func drawn(
        _ name: String, classes: Int, size: Int? = nil, seed: UInt64 = 0
    ) throws -> Network {
        try drawn(Architecture(named: name), classes: classes, size: size, seed: seed)
    }

    /// Opens weights of a network under the names that its layers have: torchvision's for a built-in one
    /// (`.pth` or `.safetensors`).
    ///
    /// - Parameters:
    ///   - weights: the file.
    ///   - architecture: whose weights they are.
    ///   - size: height and width of the pictures in pixels; what the network was made for where nil.
    public static func open(
        _ weights: URL, as architecture: Architecture, size: Int? = nil
    ) throws -> Network {
        try WinnowError.wrapping {
            Network(try Pretrained.read(weights, architecture.inner, size: size))
        }
    }

    /// Opens weights of a built-in network, by its name (one of `builtIn`).
    public static func open(_ weights: URL, as name: String, size: Int? = nil) throws -> Network {
        try open(weights, as: Architecture(named: name), size: size)
    }
}
