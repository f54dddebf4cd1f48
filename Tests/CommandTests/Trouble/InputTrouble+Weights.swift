import Formats
import Foundation

/// Weights as people have them.
extension InputTrouble {
    private static let inspect = "inspect w.pth --architecture resnet20"

    static let weights: [InputTrouble] =
        [
            "module.", "_orig_mod.", "model.", "backbone.", "encoder.", "module._orig_mod.",
            "model.backbone.",
        ].map { prefix in
            InputTrouble(
                "names under \(prefix)", inspect,
                says: ["w.pth: '\(prefix)' is taken off the names of its tensors", "resnet20"]
            ) { try TroubleFiles.weights($0) { [(prefix + $0.name, $0.tensor)] } }
        } + [
            InputTrouble(
                "no classifier", inspect, says: ["w.pth: it has no classifier", "resnet20"]
            ) { try TroubleFiles.weights($0) { $0.name.hasPrefix("fc.") ? [] : [$0] } },
            InputTrouble(
                "a classifier of two layers", inspect,
                says: ["its classifier of 2 layers (fc.0, fc.2) is left out"]
            ) { folder in
                try TroubleFiles.weights(folder) { name, tensor in
                    guard name.hasPrefix("fc.") else { return [(name, tensor)] }
                    let kind = name.dropFirst(3)
                    return [("fc.0.\(kind)", tensor), ("fc.2.\(kind)", tensor)]
                }
            },
            InputTrouble(
                "fine-tuning without a classifier",
                "finetune --data d --weights w.pth --architecture resnet20 --size 32 --epochs 1 "
                    + "--groups none -o m.safetensors",
                says: ["w.pth: it has no classifier", "on 4 test pictures"]
            ) { folder in
                try TroubleFiles.weights(folder) { $0.name.hasPrefix("fc.") ? [] : [$0] }
                try TroubleFiles.pictures(
                    folder, (0..<24).map { "d/\($0 % 2 == 0 ? "a" : "b")/\($0).png" })
            },
            InputTrouble(
                "pruned with torch.nn.utils.prune", inspect,
                says: [
                    "w.pth: 1 parameters are pruned (torch.nn.utils.prune), and read with their masks",
                    "conv1.weight                  0     432",
                ], make: prunedFirstLayer),
            InputTrouble(
                "a mask without its weights' originals", inspect, status: 1,
                says: ["conv1.weight_mask is missing beside conv1.weight_orig"]
            ) { folder in
                try TroubleFiles.weights(folder) { name, tensor in
                    name == "conv1.weight" ? [(name + "_orig", tensor)] : [(name, tensor)]
                }
            },
            InputTrouble(
                "batch counts as lists of one", inspect, says: ["resnet20"], never: ["error"]
            ) { folder in
                try TroubleFiles.weights(folder) { name, tensor in
                    name.hasSuffix("num_batches_tracked")
                        ? [(name, HostTensor([7] as [Int64], shape: [1]))] : [(name, tensor)]
                }
            },
            InputTrouble(
                "weights of another network", "inspect w.pth", status: 1,
                says: ["not the weights of a resnet18", "They fit --architecture resnet20."]
            ) { try TroubleFiles.weights($0) },
            InputTrouble(
                "weights given as a network",
                "finetune --data d --model w.pth -o m.safetensors", status: 1,
                says: ["w.pth: bare weights", "Give them as --weights"], never: ["winnow finetune"]
            ) { folder in
                try TroubleFiles.weights(folder)
                try TroubleFiles.pictures(folder, ["d/a/1.png", "d/b/2.png"])
            },
            InputTrouble("bytes behind the zip", inspect, says: ["resnet20"], never: ["error"]) {
                try TroubleFiles.weights($0)
                let file = try FileHandle(forWritingTo: $0.appending(path: "w.pth"))
                try file.seekToEnd()
                try file.write(contentsOf: Data(repeating: 0, count: 70_000))
                try file.close()
            },
        ]

    @Sendable private static func prunedFirstLayer(_ folder: URL) throws {
        try TroubleFiles.weights(folder) { name, tensor in
            guard name == "conv1.weight" else { return [(name, tensor)] }
            let none = HostTensor(
                [Float](repeating: 0, count: tensor.count), shape: tensor.shape)
            return [(name + "_orig", tensor), (name + "_mask", none)]
        }
    }

    /// Values of a checkpoint that are no weights, or none that are read.
    static let tensors: [InputTrouble] =
        [
            ("complex", PickledExtras.complex, "tensor.real"),
            ("8-bit float (float8_e4m3fn)", PickledExtras.eightBit, "tensor.float()"),
            ("quantized", PickledExtras.quantized, "tensor.dequantize()"),
            ("sparse", PickledExtras.sparse, "tensor.to_dense()"),
        ].map { kind, code, advice in
            InputTrouble(
                "a tensor that is \(kind)", inspect, status: 1,
                says: [
                    "w.pth: its entry 'extra' is a \(kind) tensor; expected a dense tensor of real numbers",
                    advice,
                ]
            ) { try PickledExtras.write($0, code) }
        } + [
            InputTrouble(
                "a set beside the tensors", inspect,
                says: [
                    "w.pth: what is no tensor is left out: 'extra' (a __builtin__.set)", "resnet20",
                ]
            ) { try PickledExtras.write($0, PickledExtras.set) },
            InputTrouble(
                "8-bit floats in safetensors",
                "inspect w.safetensors --architecture resnet20", status: 1,
                says: ["gives tensor 'x' the dtype F8_E4M3 (8-bit floats)"]
            ) { folder in
                let header = #"{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#
                let size = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
                try (size + Data(header.utf8) + Data(count: 4)).write(
                    to: folder.appending(path: "w.safetensors"))
            },
        ]
}
