/// Options that nothing would read: refused by name, each.
extension RunTroubleCases {
    static let options: [TroubleCase] = [
        ignored("predict m.safetensors data/cat/p0_0.png --json --top 1", "--top"),
        ignored("inspect m.safetensors --json --pairs 3", "--pairs"),
        ignored("inspect m.safetensors --architecture resnet20", "--architecture"),
        ignored("inspect m.onnx --architecture=resnet20", "--architecture"),
        ignored("weights resnet18 --weights m.onnx --print-path", "--print-path"),
        ignored("evaluate m.safetensors --data data --groups none", "--groups"),
        ignored("evaluate m.safetensors --data data --protocol leak-free", "--protocol"),
        ignored(
            "prune m.safetensors --method percentile --skip-unreadable -o o.safetensors",
            "--skip-unreadable"),
        ignored(
            "retrain m.safetensors --data data --rewind none --initial m.initial.safetensors -o o.safetensors",
            "--initial"),
        ignored("shrink m.onnx --data data --keep macs=0.5 --distill 0.5 -o o.onnx", "--distill"),
        ignored(
            "shrink m.onnx --data data --keep macs=0.5 --batch-size 4 -o o.onnx", "--batch-size"),
        ignored(
            "shrink m.onnx --data data --keep macs=0.5 --learning-rate 1 -o o.onnx",
            "--learning-rate"),
        ignored("shrink m.safetensors --data data --keep macs=0.5 --size 16 -o o.onnx", "--size"),
        ignored("data data --rows 3", "--rows"),
        ignored("data data --augmentation flip", "--augmentation"),
        ignored("data data --test 0.5 --copies 3", "--test, --copies"),
        ignored("data data --seed 1", "--seed"),
        ignored("data data --protocol as-paper", "--protocol"),
        ignored("distinctiveness --example --hidden 20 --rate 1", "--hidden, --rate"),
        ignored("study --print quick --data data --jobs 2", "--data, --jobs"),
        ignored("study quick --data data --dry-run --json", "--json"),
        ignored("reproduce --part table --size 32 --epochs 3", "--size, --epochs"),
        ignored("reproduce --table t.csv --dry-run", "--dry-run"),
        ignored("reproduce --part pictures --table t.csv", "--table"),
        ignored("reproduce --data data --replicates 3", "--replicates"),
        ignored("reproduce --data data --seed 3", "--seed"),
        ignored("reproduce --data data --json --tables", "--tables"),
        ignored("reproduce --data data --dry-run --tables", "--tables"),
    ]

    private static func ignored(_ call: String, _ options: String) -> TroubleCase {
        TroubleCase(
            "an option that nothing reads: winnow \(call)", "winnow \(call)", status: 64,
            says: ["\(options): ", "leave \(options.contains(",") ? "them" : "it") out"],
            removes: ["o.safetensors", "o.onnx", "studies"])
    }
}
