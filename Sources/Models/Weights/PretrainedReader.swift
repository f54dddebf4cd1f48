import Formats
import Torch

/// Collects the parameters of a network from a file's tensors, and what is wrong with them.
struct PretrainedReader {
    let names: WeightNames
    /// Parameters that are drawn anew afterwards: zeros here.
    var drawn: Set<String> = []
    private(set) var state = StateDictionary()
    /// 0 where `torch.nn.utils.prune` took a weight out.
    private(set) var masks = StateDictionary()
    private(set) var problems: [String] = []

    init(names: WeightNames) { self.names = names }

    /// Reads one parameter, or notes what is wrong with it.
    mutating func read(_ parameter: Parameter) throws {
        let (name, isCount) = (parameter.name, parameter.dtype == .int64)
        if drawn.contains(name) {
            state[name] = try .zeros(parameter.shape)
            return
        }
        if let tensor = names[name] {
            // A count that went through numpy comes as a list of one.
            guard tensor.shape == parameter.shape || isCount && tensor.count == 1 else {
                problems.append("\(name) is \(tensor.shape), expected \(parameter.shape)")
                return
            }
            state[name] = try Tensor(tensor).to(dtype: isCount ? .int64 : .float32)
                .reshaped(parameter.shape)
        } else if let original = names[name + "_orig"] {
            try readMasked(parameter, original)
        } else if isCount {
            // Files from before PyTorch 0.4.1 (torchvision's own among them) have no batch counts.
            state[name] = try .zeros([], dtype: .int64)
        } else {
            problems.append("\(name) is missing")
        }
    }

    /// `weight = weight_orig * weight_mask`, as `torch.nn.utils.prune` has it.
    private mutating func readMasked(_ parameter: Parameter, _ original: HostTensor) throws {
        let name = parameter.name
        guard let mask = names[name + "_mask"] else {
            problems.append("\(name)_mask is missing beside \(name)_orig")
            return
        }
        guard original.shape == parameter.shape, mask.shape == parameter.shape else {
            problems.append(
                "\(name)_orig and \(name)_mask are \(original.shape) and \(mask.shape), expected "
                    + "\(parameter.shape)")
            return
        }
        guard mask.floats().allSatisfy({ $0 == 0 || $0 == 1 }) else {
            problems.append("\(name)_mask holds other values than 0 and 1")
            return
        }
        let kept = try Tensor(mask).to(dtype: .float32)
        state[name] = try Tensor(original).to(dtype: .float32) * kept
        masks[name] = kept
    }
}
