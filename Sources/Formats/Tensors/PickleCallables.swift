import Foundation

/// The names that a weights file may mention, and all that can happen when it does.
enum PickleCallables {
    /// What a name stands for.
    enum Meaning: Equatable {
        /// Makes a dict, empty or from a list of pairs.
        case dict
        /// (storage, offset, size, stride, ...) makes a tensor.
        case tensor
        /// (tensor, ...) gives that tensor.
        case parameter
        /// (storage, offset, size, stride, gradient, hooks, dtype, ...) makes a tensor of a type that came late.
        case lateTensor
        /// A tensor of another kind, or the class of its storage; see `ForeignTensors`.
        case foreign(String)
        /// (tuple) gives that tuple.
        case size
        /// The class of a storage.
        case storage(HostTensor.DType)
        /// Stands for itself; a call of it is not carried out and gives a placeholder. These come
        /// beside the weights in training checkpoints.
        case inert
    }

    static func meaning(_ name: String) -> Meaning? {
        if let meaning = known[name] { return meaning }
        if let kind = ForeignTensors.kind(name) { return .foreign(kind) }
        if ForeignTensors.inert.contains(name) { return .inert }
        for prefix in ["torch.cuda.", "torch."] where name.hasPrefix(prefix) {
            if let dtype = storages[String(name.dropFirst(prefix.count))] { return .storage(dtype) }
        }
        return nil
    }

    private static let known: [String: Meaning] = [
        "collections.OrderedDict": .dict,
        "torch._utils._rebuild_tensor": .tensor,
        "torch._utils._rebuild_tensor_v2": .tensor,
        "torch._utils._rebuild_tensor_v3": .lateTensor,
        "torch._utils._rebuild_parameter": .parameter,
        "torch._utils._rebuild_parameter_with_state": .parameter,
        "torch.Size": .size,
        "torch.device": .inert, "torch.float32": .inert, "torch.float16": .inert,
        "torch.bfloat16": .inert, "torch.float64": .inert, "torch.int64": .inert,
        "argparse.Namespace": .inert,
        "collections.defaultdict": .inert, "collections.Counter": .inert,
        "collections.deque": .inert, "_codecs.encode": .inert,
        "datetime.datetime": .inert, "datetime.date": .inert, "datetime.timedelta": .inert,
        "pathlib.PosixPath": .inert, "pathlib.PurePosixPath": .inert,
        "pathlib.WindowsPath": .inert, "pathlib.PureWindowsPath": .inert,
        "numpy.dtype": .inert, "numpy.ndarray": .inert,
        "numpy.core.multiarray.scalar": .inert, "numpy._core.multiarray.scalar": .inert,
        "numpy.core.multiarray._reconstruct": .inert,
        "numpy._core.multiarray._reconstruct": .inert,
    ].merging(
        // Python 2 and 3 name the module differently. None of these does anything but hold a value.
        [
            "dict", "set", "frozenset", "list", "tuple", "int", "float", "bool", "str", "bytes",
            "bytearray", "complex", "slice", "range", "object",
        ].flatMap { [("builtins.\($0)", .inert), ("__builtin__.\($0)", .inert)] }
    ) { first, _ in first }

    private static let storages: [String: HostTensor.DType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
}
