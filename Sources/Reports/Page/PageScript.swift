/// What draws the figures, and draws them again when the page turns dark, narrow or to paper.
enum PageScript {
    /// Goes before everything else, so that it sees every error.
    static let watch = """
        "use strict";
        (function () {
          var root = document.documentElement;
          root.dataset.errors = "0";
          function fail(event) {
            root.dataset.errors = String(Number(root.dataset.errors) + 1);
            root.dataset.fault = String(event.message || event.reason || event.type).slice(0, 500);
          }
          addEventListener("error", fail);
          addEventListener("unhandledrejection", fail);
        })();
        """

    static let draw = """
        "use strict";
        (function () {
          var dark = matchMedia("(prefers-color-scheme: dark)");
          var print = matchMedia("print");
          var plots = Array.from(document.querySelectorAll(".plot"));
          var shades = { labelColor: "#c9c9d2", titleColor: "#c9c9d2" };
          function look(spec) {
            if (!dark.matches || print.matches) return;
            spec.config.background = "transparent";
            Object.assign(spec.config.axis, shades,
              { gridColor: "#34343c", domainColor: "#6a6a76", tickColor: "#6a6a76" });
            Object.assign(spec.config.legend, shades);
          }
          function draw(plot) {
            var spec = JSON.parse(document.getElementById("spec-" + plot.id).textContent);
            var narrow = plot.clientWidth < 420, opens = plot.closest(".answer") !== null;
            spec.width = "container";
            spec.height = narrow ? (opens ? 300 : 230) : (opens ? 340 : 300);
            spec.config.legend.columns = opens ? (narrow ? 2 : 3) : narrow ? 1 : 2;
            look(spec);
            return vegaEmbed(plot, spec, {
              mode: "vega-lite", renderer: "svg", tooltip: { theme: dark.matches ? "dark" : "light" },
              actions: { export: true, source: false, compiled: false, editor: false },
              downloadFileName: plot.id
            }).then(function () { plot.dataset.drawn = "yes"; });
          }
          var queue = Promise.resolve();
          // What is folded away has no width yet: it is drawn when it unfolds.
          function all() {
            queue = queue.then(function () {
              return Promise.all(plots.filter(function (plot) {
                if (plot.clientWidth === 0) delete plot.dataset.drawn;
                return plot.clientWidth > 0;
              }).map(draw));
            }).then(function () { document.documentElement.dataset.ready = "yes"; });
            return queue;
          }
          all();
          document.addEventListener("toggle", function (event) {
            var inside = plots.filter(function (plot) {
              return event.target.contains(plot) && plot.clientWidth > 0 && !plot.dataset.drawn;
            });
            queue = queue.then(function () { return Promise.all(inside.map(draw)); });
          }, true);
          // A link to what is folded away unfolds it.
          function unfold() {
            var node = location.hash && document.getElementById(location.hash.slice(1));
            for (var at = node; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
            if (node) node.scrollIntoView();
          }
          addEventListener("hashchange", unfold);
          unfold();
          var wait;
          var width = innerWidth;
          addEventListener("resize", function () {
            if (innerWidth === width) return;
            width = innerWidth;
            clearTimeout(wait);
            wait = setTimeout(all, 200);
          });
          dark.addEventListener("change", all);
          print.addEventListener("change", all);
        })();
        """
}
