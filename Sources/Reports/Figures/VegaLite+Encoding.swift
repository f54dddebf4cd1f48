extension VegaLite {
    /// Which field of a row is drawn how.
    struct Encoding: Encodable, Equatable {
        var x: Channel? = nil
        var y: Channel? = nil
        var y2: Channel? = nil
        var color: Channel? = nil
        var strokeDash: Channel? = nil
        var shape: Channel? = nil
        var opacity: Channel? = nil
        var text: Channel? = nil
        var tooltip: [Channel]? = nil
    }

    /// One field, with its scale and title, or a value.
    struct Channel: Encodable, Equatable {
        var field: String? = nil
        var type: String? = nil
        var title: String? = nil
        var format: String? = nil
        var scale: Scale? = nil
        var axis: AxisOptions? = nil
        var legend: LegendOptions? = nil
        var sort: [String]? = nil
        var condition: Condition? = nil
        var value: Double? = nil
        /// A constant in the data's own unit.
        var datum: Double? = nil

        static func quantitative(
            _ field: String, _ title: String? = nil, format: String? = nil, scale: Scale? = nil,
            axis: AxisOptions? = nil
        ) -> Channel {
            Channel(
                field: field, type: "quantitative", title: title, format: format, scale: scale,
                axis: axis)
        }

        static func nominal(_ field: String, _ title: String) -> Channel {
            Channel(field: field, type: "nominal", title: title)
        }
    }

    struct Scale: Encodable, Equatable {
        var domain: Domain? = nil
        var range: Range? = nil
        var zero: Bool? = nil
        var nice: Bool? = nil
        var reverse: Bool? = nil

        /// Names, or the ends of an axis.
        enum Domain: Encodable, Equatable {
            case names([String])
            case ends(Double, Double)

            func encode(to encoder: any Encoder) throws {
                var value = encoder.singleValueContainer()
                switch self {
                case .names(let names): try value.encode(names)
                case .ends(let low, let high): try value.encode([low, high])
                }
            }
        }

        /// Colours, or dash patterns.
        enum Range: Encodable, Equatable {
            case colors([String])
            case dashes([[Double]])

            func encode(to encoder: any Encoder) throws {
                var value = encoder.singleValueContainer()
                switch self {
                case .colors(let colors): try value.encode(colors)
                case .dashes(let dashes): try value.encode(dashes)
                }
            }
        }
    }

    struct AxisOptions: Encodable, Equatable {
        /// Where the ticks are; nil for Vega's choice.
        var values: [Int]? = nil
        var grid: Bool? = nil
        var format: String? = nil
        var labelFlush: Bool? = nil
    }

    struct LegendOptions: Encodable, Equatable {
        var symbolType: String? = nil
        var symbolStrokeWidth: Double? = nil
    }

    /// A value while a selection holds.
    struct Condition: Encodable, Equatable {
        var param: String
        var empty: Bool? = nil
        var value: Double
    }
}
