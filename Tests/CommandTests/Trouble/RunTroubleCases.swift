import Foundation

/// What may go wrong with a run: its numbers, where it writes to, what it would throw away, who reads what it says, and
/// options that nothing reads. (What may be wrong with pictures, tables and weights: the other files of this folder.)
enum RunTroubleCases {
    private static let tune = TroubleFolder.tune
    private static let long = TroubleFolder.long
    private static let prune = "winnow prune m.safetensors --method percentile"

    static let numbers: [TroubleCase] = [
        // 17 to train: the third step would hold one picture, whose last maps are 1x1 at 4 pixels.
        TroubleCase(
            "the last step would hold one picture",
            "\(tune) --size 4 -o o.safetensors && winnow evaluate o.safetensors --data data",
            status: 0, says: ["accuracy"], leaves: ["o.safetensors", "o.initial.safetensors"],
            removes: ["o.safetensors.resume"]),
        TroubleCase(
            "steps of one picture that batch norm cannot take",
            "\(tune) --size 4 --batch-size 1 -o o.safetensors", status: 1,
            says: [
                "one picture a step is too little at 4x4 pixels", "has no variance",
                "--batch-size 2 or more, or pictures of 16x16 pixels or more",
            ], lacks: ["epoch 1/1"],
            removes: ["o.safetensors", "o.initial.safetensors", "o.safetensors.resume"]),
        TroubleCase(
            "steps of one picture that it can take",
            "\(tune) --batch-size 1 -o o.safetensors && winnow evaluate o.safetensors --data data",
            status: 0, says: ["accuracy"]),
        TroubleCase(
            "a learning rate far too high", "\(tune) --learning-rate 1e36 -o o.safetensors",
            status: 1,
            says: ["epoch 1", "learning rate 1e+36 is too high", "Give a lower --learning-rate"],
            removes: ["o.safetensors", "o.initial.safetensors", "o.safetensors.resume"]),
        TroubleCase(
            "the same with Adam and a JSON document",
            "\(tune) --optimizer adam --learning-rate 1e36 --json -o o.safetensors", status: 1,
            says: ["epoch 1", "--learning-rate"], lacks: ["{"], removes: ["o.safetensors"]),
        TroubleCase(
            "the same with the table's net",
            "winnow distinctiveness --rate 1e36 --table-epochs 2 --threads 1 --json", status: 1,
            says: ["training diverged at rate 1e+36. Choose a smaller --rate"], lacks: ["{"]),
        TroubleCase(
            "bfloat16 on a CPU", "\(tune) --precision mixed -o o.safetensors", status: 0,
            says: ["mixed precision on a CPU takes two to three times as long"],
            leaves: ["o.safetensors"]),
        TroubleCase(
            "more epochs than anybody means",
            "\(tune) --epochs 9223372036854775807 -o o.safetensors",
            status: 1, says: ["at most 1000000"], removes: ["o.safetensors"]),
    ]

    static let paths: [TroubleCase] = [
        same("export", "winnow export m.safetensors -o m.safetensors"),
        same(
            "export through a link",
            "ln -s m.safetensors l.safetensors; winnow export m.safetensors -o l.safetensors"),
        same("compact", "winnow compact m.safetensors -o m.safetensors"),
        same("compact of ONNX", "winnow compact m.onnx -o ./m.onnx"),
        same("prune", "\(prune) --amount 0.5 -o m.safetensors"),
        same("quantize", "winnow quantize m.onnx --data data -o m.onnx"),
        same("shrink", "winnow shrink m.onnx --data data --keep macs=0.5 -o m.onnx"),
        same(
            "finetune of a network",
            "winnow finetune --data data --model m.safetensors -o m.safetensors"),
        same(
            "finetune over the weights",
            "winnow finetune --data data --weights m.safetensors -o m.safetensors"),
        same(
            "finetune whose starting state would take the network's place",
            "winnow finetune --data data --model m.initial.safetensors -o m.safetensors"),
        same("retrain", "winnow retrain m.safetensors --data data -o m.safetensors"),
        same(
            "retrain over the starting state that it goes back to",
            "winnow retrain m.safetensors --data data -o m.initial.safetensors"),
        same(
            "features over its manifest",
            "echo x > a.json; winnow features data a.json --manifest a.json"),
        same("audit over its manifest", "echo x > a.json; winnow audit a.json --sheet a.json"),
        TroubleCase(
            "an output that is a link",
            "ln -s far.safetensors l.safetensors; \(prune) --amount 0.5 -o l.safetensors && "
                + "test -L l.safetensors && winnow inspect far.safetensors",
            status: 0, says: ["cat, dog"]),
        TroubleCase(
            "a training into a link",
            "mkdir far; ln -s far/x.safetensors l.safetensors; \(tune) -o l.safetensors && "
                + "test -L l.safetensors && winnow inspect far/x.safetensors",
            status: 0, says: ["cat, dog"],
            removes: ["l.safetensors.resume", "far/.x.safetensors.lock"]),
        TroubleCase(
            "an output that is a device",
            "ln -s /dev/null n.safetensors; \(prune) --amount 0.5 -o n.safetensors && "
                + "test -L n.safetensors && test -c /dev/null", status: 0),
        TroubleCase(
            "a table to standard output",
            "winnow features data /dev/stdout --side 32 --components 2 | head -n 1", status: 0,
            says: ["name,label,lpq1"]),
        TroubleCase(
            "an output that is a pipe",
            "mkfifo p.safetensors; cat p.safetensors > got.safetensors & "
                + "\(prune) --amount 0.5 -o p.safetensors && wait && winnow inspect got.safetensors",
            status: 0, says: ["cat, dog"], leaves: ["p.safetensors"]),
        before("a folder", "mkdir o.safetensors", "o.safetensors", "is a folder"),
        before("in a folder that is not there", "true", "no/o.safetensors", "Make the folder"),
        before(
            "in what is a file", "true", "m.onnx/o.safetensors", "should be the folder is a file"),
        before("where nothing can be made", "true", "/proc/o.safetensors", "cannot be written"),
        before(
            "beside a starting state that cannot be written", "mkdir o.initial.safetensors",
            "o.safetensors", "is a folder"),
        TroubleCase(
            "a sheet where nothing can be made", "winnow data data --sheet no/s.png", status: 64,
            says: ["--sheet no/s.png: cannot be written"], lacks: ["pictures in 2 classes"]),
        TroubleCase(
            "a manifest that is a folder", "winnow data data --manifest data", status: 64,
            says: ["--manifest data: is a folder"], lacks: ["pictures in 2 classes"]),
        TroubleCase(
            "records into a file",
            "winnow study quick --data data --pretrain --out m.onnx", status: 64,
            says: ["--out m.onnx", "is a file; expected a folder"], lacks: ["pictures"]),
        TroubleCase(
            "a study whose name leads elsewhere",
            "mkdir in && cd in && sed 's/\"name\" : \"quick\"/\"name\" : \"..\\/..\\/evil\"/' ../quick.json > s.json"
                + " && winnow study s.json --data ../data --pretrain", status: 1,
            says: ["s.json: cannot be run", "its name becomes a folder's: without /"],
            removes: ["evil", "in/studies", "../evil"]),
        TroubleCase(
            "a folder that links to itself and to its parent",
            "ln -s . data/self; ln -s .. data/up; ln -s .. data/cat/up; ln -s . data/cat/self; "
                + "winnow data data --size 8", status: 0, says: ["25 pictures in 2 classes"]),
        TroubleCase(
            "a study that is only listed",
            "winnow study quick --data data --pretrain --threads 1 --only unpruned --dry-run",
            status: 0,
            says: [" stages, 0 done"], removes: ["studies"]),
        TroubleCase(
            "a reproduction that is only listed",
            "winnow reproduce --data data --pretrain --preset quick --size 8 --threads 1 --dry-run",
            status: 0, says: [" stages, 0 done"], removes: ["studies"]),
    ]

    static let thrownAway: [TroubleCase] = [
        other("another seed", "--seed 3", ["--seed 0, not 3"]),
        other("another batch", "--batch-size 4", ["--batch-size 8, not 4"]),
        other("another rate", "--learning-rate 0.01", ["--learning-rate 0.001, not 0.01"]),
        other("another schedule", "--schedule cosine", ["another --schedule"]),
        other("other groups", "--groups prefix", ["other pictures, --groups, weights or division"]),
        TroubleCase(
            "more epochs of the same run", "\(long) --epochs 13 --json", status: 0,
            says: ["of 13 epochs were done already", "\"bestEpoch\""],
            removes: ["long.safetensors.resume"]),
        TroubleCase(
            "begun anew because that was asked for", "\(long) --epochs 1 --seed 3 --restart",
            status: 0, says: ["accuracy"], lacks: ["done already"], leaves: ["long.safetensors"],
            removes: ["long.safetensors.resume"]),
        TroubleCase(
            "epochs whose file was cut off",
            "f=long.safetensors.resume/resume.safetensors; head -c 1000 $f > x; cp x $f; "
                + "\(long) --epochs 1", status: 0,
            says: ["are damaged: kept as *.damaged, training begins anew"], lacks: ["etch it"],
            leaves: ["long.safetensors.resume/resume.safetensors.damaged", "long.safetensors"]),
    ]

    static let streams: [TroubleCase] = [
        full("methods", "winnow methods"), full("methods as JSON", "winnow methods --json"),
        full("help", "winnow --help"), full("the version", "winnow --version"),
        full("a study", "winnow study --print quick"),
        full("a table", "winnow inspect m.safetensors"),
        full("an audit", "winnow audit data"),
        TroubleCase(
            "a training whose document cannot be written",
            "\(tune) --json -o o.safetensors > /dev/full", status: 1,
            says: ["error: standard output: cannot be written (No space left on device)"],
            leaves: ["o.safetensors"], removes: ["o.safetensors.resume", ".o.safetensors.lock"]),
        TroubleCase(
            "standard output is closed", "winnow methods >&-", status: 1,
            says: ["error: standard output: cannot be written (it is closed)"]),
        TroubleCase(
            "a file is written while standard output is closed",
            "\(prune) --amount 0.5 -o o.safetensors >&-; winnow inspect o.safetensors", status: 0,
            says: ["it is closed", "cat, dog"]),
        TroubleCase(
            "nobody reads the results", "winnow methods | true; winnow methods --json | head -c 1",
            status: 0, says: ["["], lacks: ["error", "Broken pipe"]),
        TroubleCase(
            "nobody reads the progress",
            "\(tune) -o o.safetensors 2>&1 > /dev/null | true; winnow inspect o.safetensors",
            status: 0, says: ["cat, dog"]),
        TroubleCase(
            "progress that cannot be written", "\(tune) -o o.safetensors 2> /dev/full", status: 0,
            says: ["accuracy"], leaves: ["o.safetensors"]),
        TroubleCase(
            "standard error is closed", "\(tune) -o o.safetensors 2>&-", status: 0,
            says: ["accuracy"], leaves: ["o.safetensors"]),
        TroubleCase(
            "all three are closed", "winnow methods <&- >&- 2>&-", status: 1),
        TroubleCase(
            "a disk that is full",
            "ln -s /dev/full o.safetensors; \(prune) --amount 0.5 -o o.safetensors", status: 1,
            says: [
                "o.safetensors: cannot be written (No space left on device)", "The disk is full",
            ]),
    ]

    // MARK: - kinds

    /// The output is a file that is read: nothing is done, and it stays.
    private static func same(_ what: String, _ call: String) -> TroubleCase {
        TroubleCase(
            "output equal to an input: \(what)",
            "cksum m.* > before; \(call); s=$?; cksum m.* | cmp - before && exit $s", status: 64,
            says: ["is the file that is read"], lacks: ["pictures  ", "epoch 1"])
    }

    /// A training's output cannot be written: told before it.
    private static func before(
        _ what: String, _ setup: String, _ output: String, _ words: String
    ) -> TroubleCase {
        TroubleCase(
            "an output \(what)", "\(setup); \(tune) -o \(output)", status: 64,
            says: ["-o ", words],
            lacks: ["epoch 1", "split  "])
    }

    /// The unfinished run is of other settings: it stays, and what differs is named.
    private static func other(_ what: String, _ options: String, _ words: [String]) -> TroubleCase {
        TroubleCase(
            "an unfinished run, and \(what)",
            "f=long.safetensors.resume/resume.safetensors; cksum $f > before; \(long) --epochs 12 \(options); "
                + "s=$?; cksum $f | cmp - before && exit $s", status: 1,
            says: ["long.safetensors.resume holds", "of another run", "--restart"] + words,
            removes: ["long.safetensors"])
    }

    /// Results that do not fit on the disk.
    private static func full(_ what: String, _ call: String) -> TroubleCase {
        TroubleCase(
            "results to a full disk: \(what)", "\(call) > /dev/full", status: 1,
            says: ["error: standard output: cannot be written (No space left on device)"])
    }
}
