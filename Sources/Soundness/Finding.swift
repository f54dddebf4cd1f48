/// What one check of the doctor says.
package struct Finding: Codable, Sendable, Equatable {
    package enum Grade: String, Codable, Sendable {
        /// As it should be.
        case fine
        /// Works, with something to know.
        case note
        /// Results cannot be trusted, or a command cannot work.
        case wrong
    }

    /// What was checked, in a word or two.
    package let subject: String
    package let grade: Grade
    /// What was found.
    package let text: String
    /// What to do about it; empty where nothing is to be done.
    package let advice: String

    package init(_ subject: String, _ grade: Grade, _ text: String, advice: String = "") {
        self.subject = subject
        self.grade = grade
        self.text = text
        self.advice = advice
    }
}
