import CSVM
import Core

/// A support vector machine with a radial basis function kernel, by libsvm (C-SVC, one against one).
///
/// k(x, y) = exp(-gamma |x - y|^2). Settings other than C and gamma are those of `svm-train`.
package final class SupportVectorMachine {
    private let model: UnsafeMutablePointer<svm_model>
    /// The training rows, which the model's support vectors point into.
    private let rows: SparseRows

    /// Trains on `features`, all rows of one width, with classes from 0.
    ///
    /// Throws where libsvm refuses the parameters.
    package init(_ features: [[Double]], _ labels: [Int], c: Double, gamma: Double) throws {
        let rows = SparseRows(features)
        self.rows = rows
        var parameters = Self.parameters(c: c, gamma: gamma)
        var targets = labels.map(Double.init)
        _ = Self.silence
        let trained = targets.withUnsafeMutableBufferPointer { targets in
            rows.withPointers { pointers -> UnsafeMutablePointer<svm_model>? in
                var problem = svm_problem(
                    l: Int32(features.count), y: targets.baseAddress, x: pointers)
                guard svm_check_parameter(&problem, &parameters) == nil else { return nil }
                return svm_train(&problem, &parameters)
            }
        }
        guard let trained else {
            throw StudyError("libsvm refuses C = \(c), gamma = \(gamma): both must be above 0")
        }
        model = trained
    }

    deinit {
        var model: UnsafeMutablePointer<svm_model>? = model
        svm_free_and_destroy_model(&model)
    }

    /// The class of one row.
    package func predict(_ row: [Double]) -> Int {
        let nodes = SparseRows([row])
        return nodes.withPointers { pointers in
            guard let first = pointers?.pointee else { return 0 }
            return Int(svm_predict(model, first))
        }
    }

    /// Stops libsvm from printing; set once, since it is the library's only global.
    private static let silence: Void = svm_set_print_string_function { _ in }

    private static func parameters(c: Double, gamma: Double) -> svm_parameter {
        var parameters = svm_parameter()
        parameters.svm_type = Int32(C_SVC)
        parameters.kernel_type = Int32(RBF)
        parameters.degree = 3
        parameters.gamma = gamma
        parameters.C = c
        parameters.nu = 0.5
        parameters.p = 0.1
        parameters.eps = 0.001
        parameters.cache_size = 100
        parameters.shrinking = 1
        return parameters
    }
}

/// Rows as libsvm takes them: index and value of each entry that is not zero, then index -1.
private final class SparseRows {
    private let nodes: UnsafeMutableBufferPointer<svm_node>
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<svm_node>?>

    init(_ rows: [[Double]]) {
        nodes = .allocate(capacity: rows.reduce(0) { $0 + $1.count + 1 })
        pointers = .allocate(capacity: max(rows.count, 1))
        pointers.initialize(repeating: nil)
        var next = 0
        for (index, row) in rows.enumerated() {
            pointers[index] = nodes.baseAddress.map { $0 + next }
            for (column, value) in row.enumerated() where value != 0 {
                nodes.initializeElement(
                    at: next, to: svm_node(index: Int32(column + 1), value: value))
                next += 1
            }
            nodes.initializeElement(at: next, to: svm_node(index: -1, value: 0))
            next += 1
        }
    }

    deinit {
        nodes.deallocate()
        pointers.deallocate()
    }

    func withPointers<Result>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<svm_node>?>?) throws -> Result
    ) rethrows -> Result {
        try body(pointers.baseAddress)
    }
}
