import Foundation

/// The named tensors of a network, in order, with the text that travels beside them.
package struct StateDict: Sendable, Equatable {
    /// Parameter names (torchvision's), in the order of the file or of insertion.
    package private(set) var names: [String] = []
    /// Text kept by safetensors (architecture, class names, preprocessing); `.pth` has no place for
    /// it.
    package var metadata: [String: String] = [:]
    /// What a reader left out of the file, or took otherwise than it stands there, a clause each.
    package var notes: [String] = []
    private var tensors: [String: HostTensor] = [:]

    package init() {}

    /// - Precondition: no name comes twice.
    package init(_ pairs: [(String, HostTensor)], metadata: [String: String] = [:]) {
        self.metadata = metadata
        for (name, tensor) in pairs {
            precondition(tensors[name] == nil, "\(name) comes twice")
            self[name] = tensor
        }
    }

    package var count: Int { names.count }

    /// The tensor of that name; a new name goes last, nil removes.
    package subscript(name: String) -> HostTensor? {
        get { tensors[name] }
        set {
            let old = tensors[name]
            tensors[name] = newValue
            if old == nil, newValue != nil { names.append(name) }
            if old != nil, newValue == nil { names.removeAll { $0 == name } }
        }
    }

    /// Names and tensors in order.
    package var entries: [(name: String, tensor: HostTensor)] {
        names.compactMap { name in tensors[name].map { (name, $0) } }
    }
}
