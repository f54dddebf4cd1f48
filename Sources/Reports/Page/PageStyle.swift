/// The page's style sheet: light and dark, from a phone's width up, and for paper.
enum PageStyle {
    static let css = colors + layout + tables + claims + figures + paper

    private static let colors = """
        :root { color-scheme: light dark; --ink: #1c1c22; --soft: #5c5c68; --page: #fff; --card: #f6f6f8;
          --line: #dcdce2; --link: #1f5fae; --good: #17683a; --goodbg: #dff3e6; --bad: #9c1f2c;
          --badbg: #fbe2e4; --open: #7a5200; --openbg: #fbefd0; --warn: #b97a00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --soft: #a6a6b2; --page: #16161a;
          --card: #202026; --line: #3a3a44; --link: #7db4f5; --good: #8fdcae; --goodbg: #173724;
          --bad: #ff9ea6; --badbg: #45191e; --open: #f2cd7c; --openbg: #3d2f10; --warn: #e0a63a; } }

        """

    private static let layout = """
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 64rem; color: var(--ink);
          background: var(--page); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
          Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 1rem; }
        h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-top: .75rem;
          border-top: 1px solid var(--line); }
        h3 { font-size: 1.05rem; margin: 1.75rem 0 .35rem; }
        h4 { font-size: .95rem; margin: 0 0 .25rem; }
        p { margin: .4rem 0 .8rem; max-width: 50rem; }
        a { color: var(--link); }
        ul { padding-left: 1.25rem; margin: .4rem 0 1rem; max-width: 50rem; }
        li { margin: .2rem 0; }
        nav { font-size: .92rem; margin: 1rem 0; }
        nav a { margin-right: 1rem; white-space: nowrap; }
        .answer { margin: .5rem 0 1.5rem; }
        .answer h1 { font-size: clamp(1.55rem, 4.2vw, 2.3rem); letter-spacing: -.01em; margin: .25rem 0 .4rem; }
        .answer .detail { font-size: 1.02rem; color: var(--soft); max-width: 52rem; }
        .answer figure { border: 0; padding: 0; margin: 1rem 0 .5rem; }
        .answer figure h4, .answer .files { display: none; }
        .answer table td:first-child { font-weight: 600; }
        .warnings { border-left: 4px solid var(--warn); background: var(--card); border-radius: 6px;
          padding: .6rem 1.2rem; margin: 1rem 0; }
        .warnings h2 { border: 0; margin: .2rem 0; padding: 0; font-size: 1.05rem; }
        .warnings ul { max-width: none; margin: .3rem 0; }
        .warnings li strong::after { content: ": "; }
        .warnings details { margin: .3rem 0; font-size: .92rem; }
        .warnings summary { font-weight: 400; color: var(--soft); }
        .note, .where, .criterion, .missing, footer { color: var(--soft); font-size: .88rem; }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; }

        """

    private static let tables = """
        .scroll { overflow-x: auto; margin: .5rem 0; }
        table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
          vertical-align: top; }
        .scroll th, .scroll td { white-space: nowrap; }
        th { font-weight: 600; border-bottom: 2px solid var(--line); }
        .num { text-align: right; }
        table.run { width: 100%; }
        .scroll table.run th, .scroll table.run td { white-space: normal; }
        table.run th[scope=row] { color: var(--soft); font-weight: 400; border-bottom-width: 1px;
          white-space: nowrap !important; width: 1%; padding-right: 1.2rem; }
        details { margin: .75rem 0; }
        summary { cursor: pointer; font-weight: 600; }

        """

    private static let claims = """
        .chart { margin: .75rem 0; font-size: .92rem; }
        .chart .row { display: grid; align-items: center; gap: 0 .9rem; padding: .25rem 0;
          grid-template-columns: minmax(0, 1.1fr) 7.8rem minmax(0, 1.6fr); }
        .chart .head { padding: 0; }
        .chart details.claim { margin: 0; border-top: 1px solid var(--line); }
        .chart summary { font-weight: 400; list-style: none; }
        .chart summary::-webkit-details-marker { display: none; }
        .chart summary:hover { background: var(--card); }
        .chart .name::before { content: "\u{203A}"; display: inline-block; width: .9em;
          color: var(--soft); }
        .chart details[open] .name::before { transform: rotate(90deg); }
        .where { white-space: nowrap; }
        .why { padding: .2rem 0 .6rem .9rem; font-size: .92rem; }
        .why p { margin: .2rem 0; }
        .verdict { border-radius: 999px; padding: .05rem .6rem; font-size: .82rem; text-align: center;
          font-weight: 600; background: var(--card); color: var(--soft); white-space: nowrap; }
        .verdict.supported { background: var(--goodbg); color: var(--good); }
        .verdict.contradicted { background: var(--badbg); color: var(--bad); }
        .verdict.undecided { background: var(--openbg); color: var(--open); }
        .plotline { width: 100%; display: block; overflow: hidden; }
        .plotline.words { color: var(--soft); font-size: .86rem; }
        .plotline text { fill: var(--soft); font-size: .75rem; }
        .plotline .zero { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        .plotline .side { fill: var(--good); opacity: .1; }
        .mark line { stroke: var(--ink); stroke-width: 2; }
        .mark circle { fill: var(--ink); stroke: var(--ink); stroke-width: 1.5; }
        .mark.supported line, .mark.supported circle { stroke: var(--good); }
        .mark.supported circle { fill: var(--good); }
        .mark.contradicted line, .mark.contradicted circle { stroke: var(--bad); }
        .mark.contradicted circle { fill: var(--bad); }
        .mark.hollow line { stroke: var(--soft); stroke-width: 1; }
        .mark.hollow circle { stroke: var(--soft); fill: var(--page); }
        @media (max-width: 44rem) {
          .chart .row { grid-template-columns: minmax(0, 1fr) auto; row-gap: .2rem; }
          .chart .head span { display: none; }
          .chart .plotline { grid-column: 1 / -1; }
          .scroll table { font-size: .84rem; }
          table.run, table.run tbody, table.run tr, table.run td { display: block; }
          table.run thead { display: none; }
          table.run th[scope=row] { display: block; width: auto; border: 0; padding: .5rem 0 0; }
          table.run td { padding: 0 0 .3rem; }
          table.run td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
          .answer .scroll th, .answer .scroll td { padding-right: .6rem; }
        }

        """

    private static let figures = """
        .figures { display: grid; gap: 1.25rem;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
        figure { margin: .5rem 0; padding: .9rem; border: 1px solid var(--line); border-radius: 8px;
          min-width: 0; }
        figcaption { font-size: .9rem; margin-top: .5rem; }
        .plot { width: 100%; }
        .plot.vega-embed, .plot.vega-embed.has-actions { display: block; padding-right: 0; }
        .plot svg { max-width: 100%; }
        .plot.vega-embed summary { opacity: .5; top: -2.1rem; right: 0; }
        .plot.vega-embed .vega-actions { top: .2rem; right: 0; }
        .files { font-size: .82rem; margin-top: .3rem; }
        .files a { margin-right: .6rem; }

        """

    private static let paper = """
        @media print {
          :root { color-scheme: light; --ink: #000; --soft: #444; --page: #fff; --card: #f4f4f6;
            --line: #bbb; --link: #000; --good: #17683a; --goodbg: #dff3e6; --bad: #9c1f2c;
            --badbg: #fbe2e4; --open: #7a5200; --openbg: #fbefd0; }
          body { font-size: 10pt; max-width: none; padding: 0; }
          nav, .vega-embed summary, .files { display: none !important; }
          figure, tr, .warnings, .group, .claim { break-inside: avoid; }
          .scroll table { font-size: 7.5pt; }
          .scroll th, .scroll td { padding-right: .4rem; }
          h2, h3, h4 { break-after: avoid; }
          .figures { grid-template-columns: 1fr 1fr; }
          .figures > figure:only-child { grid-column: 1 / -1; }
          .scroll { overflow: visible; }
          .scroll th, .scroll td { white-space: normal; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}
