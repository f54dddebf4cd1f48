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
        .answer { background: var(--card); border-left: 4px solid var(--link); border-radius: 6px;
          padding: .9rem 1.2rem; }
        .answer p { font-size: 1.06rem; max-width: none; }
        .warnings { border-left: 4px solid var(--warn); background: var(--card); border-radius: 6px;
          padding: .6rem 1.2rem; margin: 1rem 0; }
        .warnings h2 { border: 0; margin: .2rem 0; padding: 0; font-size: 1.05rem; }
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
        details { margin: .75rem 0; }
        summary { cursor: pointer; font-weight: 600; }

        """

    private static let claims = """
        table.claims { width: 100%; margin-bottom: 1.5rem; }
        table.claims td:first-child { min-width: 16rem; width: 38%; }
        table.claims strong { font-weight: 500; }
        .criterion { display: block; }
        .where { white-space: nowrap; }
        .verdict { display: inline-block; border-radius: 999px; padding: 0 .6rem; font-size: .82rem;
          font-weight: 600; background: var(--card); color: var(--soft); }
        .verdict.supported { background: var(--goodbg); color: var(--good); }
        .verdict.contradicted { background: var(--badbg); color: var(--bad); }
        .verdict.undecided { background: var(--openbg); color: var(--open); }
        .evidence { display: block; font-size: .86rem; }
        @media (max-width: 44rem) {
          table.claims thead { display: none; }
          table.claims tr { display: block; border-bottom: 1px solid var(--line); padding: .6rem 0; }
          table.claims td, table.claims td:first-child { display: block; width: auto; min-width: 0;
            border: 0; padding: .2rem 0; }
          .scroll table { font-size: .84rem; }
          .scroll td:not(.num) { white-space: normal; min-width: 7.5rem; }
          .scroll td:first-child { min-width: 4.6rem !important; }
          table.claims td[data-label]::before { content: attr(data-label) "  "; color: var(--soft);
            font-size: .82rem; }
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
          figure, tr, .answer, .warnings, .group { break-inside: avoid; }
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
