// Of one type a function: generic ones are slow in debug builds.

/// The largest difference of two lists, element by element: infinite where they are of different length, and where something
/// is not a number, which `max()` would pass over.
public func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    var largest: Float = 0
    for index in a.indices {
        let difference = abs(a[index] - b[index])
        if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
    }
    return largest
}

/// The same of numbers in single precision and what they should be.
public func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    var largest = 0.0
    for index in a.indices {
        let difference = abs(Double(a[index]) - b[index])
        if !(difference <= largest) { largest = difference.isNaN ? .infinity : difference }
    }
    return largest
}
