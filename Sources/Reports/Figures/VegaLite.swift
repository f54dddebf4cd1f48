/// A figure as a Vega-Lite 6 specification (https://vega.github.io/vega-lite/docs/spec.html): the parts
/// that Winnow's figures use, under the specification's own names.
struct VegaLite: Encodable, Equatable {
    /// A layer of marks over the same data.
    struct Layer: Encodable, Equatable {
        var mark: Mark
        var encoding: Encoding
        var transform: [Transform]? = nil
        var params: [Parameter]? = nil
    }

    struct Mark: Encodable, Equatable {
        var type: String
        var opacity: Double? = nil
        var strokeWidth: Double? = nil
        var size: Double? = nil
        var filled: Bool? = nil
        var color: String? = nil
        var strokeDash: [Double]? = nil
        var interpolate: String? = nil
        var clip: Bool? = nil
        var tooltip: Bool? = nil
        // Of words.
        var align: String? = nil
        var baseline: String? = nil
        var dx: Double? = nil
        var dy: Double? = nil
        var fontSize: Double? = nil
        var fontWeight: String? = nil
    }

    struct Transform: Encodable, Equatable {
        var filter: String
    }

    /// A selection by pointing, or by clicking the legend.
    struct Parameter: Encodable, Equatable {
        struct Select: Encodable, Equatable {
            var type = "point"
            var fields: [String]? = nil
            var on: String? = nil
            var clear: String? = nil
            var nearest: Bool? = nil
        }
        var name: String
        var select: Select
        var bind: String? = nil
    }

    struct Rows: Encodable, Equatable {
        var values: [FigurePoint]
    }

    let schema: String
    var description: String
    var width: Size
    var height: Int
    var data: Rows
    var layer: [Layer]
    var config: Config

    enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case description, width, height, data, layer, config
    }

    init(
        description: String, width: Size = .pixels(560), height: Int = 320, _ points: [FigurePoint],
        _ layer: [Layer], config: Config = .light
    ) {
        schema = "https://vega.github.io/schema/vega-lite/v6.json"
        self.description = description
        self.width = width
        self.height = height
        data = Rows(values: points)
        self.layer = layer
        self.config = config
    }
}

extension VegaLite {
    /// Pixels, or what the page gives.
    enum Size: Encodable, Equatable {
        case pixels(Int)
        case container

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .pixels(let count): try value.encode(count)
            case .container: try value.encode("container")
            }
        }
    }

    /// How a figure looks; the page lays its own over it for the dark.
    struct Config: Encodable, Equatable {
        struct Axis: Encodable, Equatable {
            var gridColor = "#e4e4e7"
            var domainColor = "#a1a1aa"
            var tickColor = "#a1a1aa"
            var labelColor = "#3f3f46"
            var titleColor = "#3f3f46"
            var titleFontWeight = "normal"
            var labelFontSize = 12
            var titleFontSize = 12
        }
        struct Legend: Encodable, Equatable {
            var orient = "bottom"
            var columns = 3
            var labelLimit = 260
            var labelColor = "#3f3f46"
            var titleColor = "#3f3f46"
            var labelFontSize = 12
            var symbolType = "stroke"
            var symbolOpacity = 1.0
            var symbolStrokeWidth = 2.5
            var symbolSize = 250
        }
        struct View: Encodable, Equatable {
            /// No frame.
            var stroke = "transparent"
        }
        var background: String
        var font = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
        var axis = Axis()
        var legend = Legend()
        var view = View()

        static let light = Config(background: "white")
    }
}
