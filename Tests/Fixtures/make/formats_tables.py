"""Writes the workbook fixtures of FormatsTests, and what openpyxl reads in them as JSON.

openpyxl is the oracle; sheets.json has, for each file and sheet, its cells as [name, kind, value].
"""
import json
import pathlib
import zipfile

import openpyxl

HERE = pathlib.Path(__file__).resolve().parent.parent / "formats"


def small():
    """Two sheets as openpyxl writes them: shared strings, merged header, gaps, booleans, errors."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Features"
    first.append(["name", "label", "lpq", None, "phog", None])
    first.merge_cells("C1:D1")
    first.append(["a <&> \u00e9", 1, 0.25, -1e-9, 3, 1e300])
    first.append(["b", 2, True, False, "text", None])
    first["F5"] = "alone"
    first["C7"] = "#N/A"
    second = book.create_sheet("Second")
    second["B2"] = "only here"
    book.save(HERE / "small.xlsx")


def raw():
    """Forms that openpyxl does not write itself: rich and inline text, cached formulas, no references,
    a namespace prefix, an absolute part name, a CDATA section."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'''<Types xmlns="{package}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/s.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>''',
        "_rels/.rels": f'''<Relationships xmlns="{package}/relationships"><Relationship Id="r"
 Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>''',
        "xl/_rels/workbook.xml.rels": f'''<Relationships xmlns="{package}/relationships">
<Relationship Id="rId7" Type="{office}/worksheet" Target="/xl/worksheets/s.xml"/>
<Relationship Id="rId8" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>''',
        "xl/workbook.xml": f'''<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{main}"
 xmlns:r="{office}"><sheets><sheet name="Raw" sheetId="1" r:id="rId7"/></sheets></workbook>''',
        "xl/sharedStrings.xml": f'''<sst xmlns="{main}"><si><t>plain</t></si><si><r><t>rich </t></r>
<r><rPr><b/></rPr><t xml:space="preserve">text</t></r><rPh sb="0" eb="1"><t>PHONETIC</t></rPh></si>
<si><t><![CDATA[<cdata>]]></t></si></sst>''',
        "xl/worksheets/s.xml": f'''<x:worksheet xmlns:x="{main}"><x:sheetData>
<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="C2" t="s"><x:v>1</x:v></x:c>
<x:c r="D2" t="s"><x:v>2</x:v></x:c></x:row>
<x:row><x:c><x:v>1.5</x:v></x:c><x:c t="inlineStr"><x:is><x:t>in</x:t></x:is></x:c>
<x:c t="str"><x:f>"a"&amp;"b"</x:f><x:v>ab</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c>
<x:c t="e"><x:v>#DIV/0!</x:v></x:c><x:c/><x:c><x:f>1/8</x:f><x:v>0.125</x:v></x:c></x:row>
<x:row r="9"><x:c r="XFD9"><x:v>-2</x:v></x:c></x:row>
</x:sheetData><x:mergeCells><x:mergeCell ref="H2:I3"/></x:mergeCells></x:worksheet>''',
    }
    with zipfile.ZipFile(HERE / "raw.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


def cells(sheet):
    out = []
    for row in sheet.iter_rows():
        for cell in row:
            value = cell.value
            if value is None:
                continue
            kind = {"n": "number", "s": "text", "b": "bool", "e": "error"}.get(cell.data_type, "text")
            out.append([cell.coordinate, kind, str(float(value)) if kind == "number" else str(value)])
    return out


small()
raw()
facts = {}
for name in ("small.xlsx", "raw.xlsx"):
    book = openpyxl.load_workbook(HERE / name, data_only=True)
    facts[name] = [{"sheet": s.title, "cells": cells(s), "merged": [str(m) for m in s.merged_cells.ranges]}
                   for s in book.worksheets]
(HERE / "sheets.json").write_text(json.dumps(facts, indent=0).replace("\n", " ") + "\n")
