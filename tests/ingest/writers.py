"""One small policy, written as a file of every format by a program that people use for it."""

import csv
import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

TITLE = "访客通行管理规定"
CHAPTERS = ("第一章 总则", "第二章 通行")
FIRST = "第一条 为保障小区秩序，方便访客通行，制定本规定。"
SECOND = "第二条 门岗核对访客身份，依照第三条规定收取停车费。"
THIRD = "第三条 访客车辆按下表计费。"
FOURTH = "第四条 访客遗失凭证的，由门岗核实后放行。"
TABLE = (("停放时长", "收费标准"), ("三十分钟以内", "免费"), ("每增加一小时", "五元"))
QUESTION, ANSWER = "访客码多久有效？", "访客码自生成起二十四小时内有效。"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def text() -> str:
    return "\n".join(
        (
            TITLE, CHAPTERS[0], FIRST, SECOND, CHAPTERS[1], THIRD, FOURTH,
            "常见问题", f"问：{QUESTION}", f"答：{ANSWER}",
        )
    ) + "\n"  # fmt: skip


def markdown() -> bytes:
    rows = ["| " + " | ".join(row) + " |" for row in TABLE]
    table = "\n".join([rows[0], "| --- | --- |", *rows[1:]])
    parts = (
        f"# {TITLE}", f"## {CHAPTERS[0]}", FIRST, SECOND, f"## {CHAPTERS[1]}", THIRD, table,
        FOURTH, "## 常见问题", f"问：{QUESTION}", f"答：{ANSWER}",
    )  # fmt: skip
    return "\n\n".join(parts).encode()


def page() -> str:
    rows = "".join(
        "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"
        for tag, row in zip(("th", "td", "td"), TABLE, strict=True)
    )
    return (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
        f"<h2>{CHAPTERS[0]}</h2><p>{FIRST}</p><p>{SECOND}</p><h2>{CHAPTERS[1]}</h2><p>{THIRD}</p>"
        f"<table>{rows}</table><p>{FOURTH}</p><h2>常见问题</h2><p>问：{QUESTION}</p>"
        f"<p>答：{ANSWER}</p></body></html>"
    )


def docx() -> bytes:
    import docx as word

    document = word.Document()
    document.add_heading(TITLE, 0)
    for chapter, clauses in zip(CHAPTERS, ((FIRST, SECOND), (THIRD,)), strict=True):
        document.add_heading(chapter, 1)
        for clause in clauses:
            document.add_paragraph(clause)
    table = document.add_table(len(TABLE), len(TABLE[0]), style="Table Grid")
    for row, cells in zip(table.rows, TABLE, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_paragraph(FOURTH)
    document.add_heading("常见问题", 1)
    document.add_paragraph(f"问：{QUESTION}")
    document.add_paragraph(f"答：{ANSWER}")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def doc(folder: Path) -> bytes:
    """The Word file as LibreOffice saves it in the format of 1997."""
    program = shutil.which("soffice")
    assert program is not None
    (folder / "policy.docx").write_bytes(docx())
    profile = (folder / "profile").as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc"]
    command += ["--outdir", str(folder), str(folder / "policy.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return (folder / "policy.doc").read_bytes()


def pdf() -> bytes:
    """Two pages: the chapters with the ruled table, then the questions."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=20, wordWrap="CJK")
    lines = (TITLE, CHAPTERS[0], FIRST, SECOND, CHAPTERS[1], THIRD)
    table = Table(
        [list(row) for row in TABLE],
        style=[("GRID", (0, 0), (-1, -1), 1, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")],
    )
    below = (FOURTH, "常见问题", f"问：{QUESTION}", f"答：{ANSWER}")
    story = [*(Paragraph(line, style) for line in lines), table, PageBreak()]
    story += [Paragraph(line, style) for line in below]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


def pdf_table(rows: Sequence[Sequence[str]]) -> bytes:
    """A ruled table over as many pages as it takes, its header repeated on each."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = [("GRID", (0, 0), (-1, -1), 1, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build([Table([list(r) for r in rows], style=style, repeatRows=1)])
    return buffer.getvalue()


def scanned_page(lines: Sequence[str]) -> bytes:
    """A picture of lines of text, as a scanner makes it."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1240, 1754), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 36)
    for row, line in enumerate(lines):
        draw.text((90, 110 + 80 * row), line, fill="black", font=font)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def scan(pages: Sequence[Sequence[str] | str]) -> bytes:
    """A PDF: each page a picture of lines, or one line of real text."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for lines in pages:
        if isinstance(lines, str):
            canvas.setFont("STSong-Light", 12)
            canvas.drawString(72, 760, lines)
        else:
            canvas.drawImage(ImageReader(io.BytesIO(scanned_page(lines))), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def pptx() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = TITLE
    first.placeholders[1].text = f"{FIRST}\n{SECOND}"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "收费"
    size = (Inches(1), Inches(2), Inches(6), Inches(2))
    table = second.shapes.add_table(len(TABLE), 2, *size).table
    for row, cells in enumerate(TABLE):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def xlsx(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook; a row of one cell is merged over the sheet's width, as titles are."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        width = max(len(row) for row in rows)
        for number, row in enumerate(rows, start=1):
            sheet.append(list(row))
            if len(row) == 1 and width > 1:
                sheet.merge_cells(
                    start_row=number, end_row=number, start_column=1, end_column=width
                )
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_file(rows: Sequence[Sequence[object]], encoding: str = "gb18030") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode(encoding)


def eml(*attachments: tuple[str, bytes], html: bool = False, body: str | None = None) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = TITLE, "a@example.com", "b@example.com"
    if html:
        message.set_content(page(), subtype="html")
    else:
        message.set_content(text() if body is None else body, charset="gb18030")
    for name, data in attachments:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def archive(*members: tuple[str, bytes], gbk: bool = False) -> bytes:
    """A zip; with `gbk` the names are written as Chinese Windows writes them."""
    buffer = io.BytesIO()
    raw = [name.encode("gb18030") for name, _ in members]
    # ASCII names get no UTF-8 flag; bytes of the same length then take their place.
    ascii_names = [f"{at:03d}".ljust(len(name), "x") for at, name in enumerate(raw)]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for at, (name, data) in enumerate(members):
            container.writestr(ascii_names[at] if gbk else name, data)
    written = buffer.getvalue()
    for ascii_name, name in zip(ascii_names, raw, strict=True):
        written = written.replace(ascii_name.encode(), name) if gbk else written
    return written
