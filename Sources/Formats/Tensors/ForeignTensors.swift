import Foundation

/// Tensors that PyTorch saves and no weights are read from: they are named for what they are, never taken for damage.
enum ForeignTensors {
    /// The kind behind a name of PyTorch's: "complex", "quantized", "sparse"; nil for other names.
    static func kind(_ name: String) -> String? { kinds[name] }

    /// The kind that `torch._utils._rebuild_tensor_v3` is given a dtype of.
    static func kind(dtype: PickleValue?) -> String {
        guard case .global(let name)? = dtype else { return "strangely typed" }
        return word(String(name.dropFirst("torch.".count)))
    }

    /// What a message calls a dtype of PyTorch's.
    static func word(_ dtype: String) -> String {
        dtype.hasPrefix("float8") ? "8-bit float (\(dtype))" : dtype
    }

    /// What to do about a tensor of a kind.
    static func advice(_ kind: String) -> String {
        let call =
            switch kind {
            case "sparse": "tensor.to_dense()"
            case "quantized": "tensor.dequantize()"
            case "complex": "tensor.real, if that is what counts"
            default: "tensor.float()"
            }
        return "Convert it in Python before it is saved: \(call)."
    }

    /// Names that stand beside such tensors, and do nothing: dtypes, layouts, ways to quantise.
    static let inert: Set<String> = [
        "torch.float8_e4m3fn", "torch.float8_e5m2", "torch.float8_e4m3fnuz",
        "torch.float8_e5m2fnuz", "torch.float8_e8m0fnu", "torch.float4_e2m1fn_x2",
        "torch.uint16", "torch.uint32", "torch.uint64", "torch.int32", "torch.int16",
        "torch.int8", "torch.uint8", "torch.bool", "torch.complex32", "torch.complex64",
        "torch.complex128", "torch.qint8", "torch.quint8", "torch.qint32",
        "torch.per_tensor_affine", "torch.per_channel_affine", "torch.per_tensor_symmetric",
        "torch.per_channel_symmetric", "torch.serialization._get_layout",
        "torch.sparse_coo", "torch.sparse_csr",
    ]

    private static let kinds: [String: String] = [
        "torch.ComplexFloatStorage": "complex", "torch.ComplexDoubleStorage": "complex",
        "torch.QInt8Storage": "quantized", "torch.QUInt8Storage": "quantized",
        "torch.QInt32Storage": "quantized", "torch.QUInt4x2Storage": "quantized",
        "torch.QUInt2x4Storage": "quantized",
        "torch._utils._rebuild_qtensor": "quantized",
        "torch._utils._rebuild_sparse_tensor": "sparse",
        "torch._utils._rebuild_sparse_csr_tensor": "sparse",
        "torch._utils._rebuild_nested_tensor": "nested",
        "torch._utils._rebuild_meta_tensor_no_storage": "meta (empty)",
        "torch.UntypedStorage": "strangely typed",
        "torch.storage.UntypedStorage": "strangely typed",
    ]
}
