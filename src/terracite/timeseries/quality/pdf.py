# SPDX-License-Identifier: AGPL-3.0-or-later
"""The certificate as one sheet of PDF, with the same content as the page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from terracite import __version__
from terracite.record.model import Language
from terracite.timeseries.quality.certificate import Certificate
from terracite.timeseries.quality.charts import COVER, cover_chart, values_chart
from terracite.timeseries.quality.checks import Level, checks, to_look_at, verdict
from terracite.timeseries.quality.page import SHOWN
from terracite.timeseries.quality.wording import count, say, summary, title

if TYPE_CHECKING:
    from fpdf import FPDF

_MARGIN, _WIDTH = 12.0, 186.0  #: mm
_COLOURS = {Level.FINE: (18, 91, 38), Level.NOTE: (27, 27, 27), Level.LOOK: (138, 28, 18)}


def to_pdf(certificate: Certificate, language: Language) -> bytes:
    """One A4 sheet in one language; the same certificate gives the same bytes."""
    return bytes(laid_out(certificate, language).output())


def laid_out(certificate: Certificate, language: Language) -> FPDF:
    """The sheet before it is written."""
    from fpdf import FPDF  # takes a fifth of a second to load

    sheet = FPDF(format="A4")
    sheet.set_margin(_MARGIN)
    sheet.set_auto_page_break(False)
    sheet.add_page()
    sheet.set_creation_date(certificate.end)
    sheet.set_title(title(certificate, language))
    sheet.set_lang(language)
    sheet.set_producer(f"terracite {__version__}")
    sheet.set_line_width(0.1)
    sheet.set_draw_color(150)
    _head(sheet, certificate, language)
    _checks(sheet, certificate, language)
    _charts(sheet, certificate, language)
    _dates(sheet, certificate, language)
    _line(sheet, f"{say('how', language)} {say('made', language, version=__version__)}", 7)
    return sheet


def _head(sheet: FPDF, certificate: Certificate, language: Language) -> None:
    _line(sheet, title(certificate, language), 13, bold=True)
    _line(sheet, summary(certificate, language), 8.5)
    if certificate.is_simulated:
        sheet.set_text_color(*_COLOURS[Level.LOOK])
        _line(sheet, say("simulated", language), 8, bold=True)
        sheet.set_text_color(0)
    _line(sheet, verdict(certificate, language), 9, bold=True)


def _line(sheet: FPDF, text: str, points: float, *, bold: bool = False) -> None:
    sheet.set_font("Helvetica", "B" if bold else "", points)
    sheet.multi_cell(0, points * 0.45, _plain(text), new_x="LMARGIN", new_y="NEXT", align="L")
    sheet.ln(0.8)


def _plain(text: str) -> str:
    """What the fonts of every PDF reader can show (Latin-1)."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _checks(sheet: FPDF, certificate: Certificate, language: Language) -> None:
    from fpdf.fonts import FontFace

    sheet.set_font("Helvetica", "", 8.3)
    head = [say(name, language) for name in ("check", "level", "result")]
    with sheet.table(
        col_widths=(32, 17, 137), line_height=3.7, padding=0.6, borders_layout="HORIZONTAL_LINES", text_align="LEFT"
    ) as table:
        table.row(head)
        for check in checks(certificate, language):
            row = table.row()
            row.cell(_plain(check.title(language)), style=FontFace(emphasis="BOLD"))
            row.cell(say(check.level, language), style=FontFace(color=_COLOURS[check.level]))
            row.cell(_plain(check.text))
    sheet.ln(1.5)


def _charts(sheet: FPDF, certificate: Certificate, language: Language) -> None:
    _line(sheet, say("chart_cover", language), 8, bold=True)
    _legend(sheet, language)
    for chart, caption in ((cover_chart, ""), (values_chart, say("chart_values", language))):
        drawn = chart(certificate, language)
        if caption and drawn:
            _line(sheet, caption, 8, bold=True)
        if drawn:
            sheet.image(io.BytesIO(drawn.encode()), x=_MARGIN, w=_WIDTH)
            sheet.ln(0.8)


def _legend(sheet: FPDF, language: Language) -> None:
    sheet.set_font("Helvetica", "", 7)
    x, y = _MARGIN + 50, sheet.get_y() - 4.2
    for name, colour in COVER:
        sheet.set_fill_color(colour)
        sheet.rect(x, y, 2.5, 2.5, style="DF")
        sheet.text(x + 3.5, y + 2.2, say(name, language))
        x += 28
    sheet.set_fill_color(255)


def _dates(sheet: FPDF, certificate: Certificate, language: Language) -> None:
    found = to_look_at(certificate, language)
    if not found:
        return
    _line(sheet, say("worst", language), 8, bold=True)
    sheet.set_font("Helvetica", "", 7)
    with sheet.table(
        col_widths=(24, 92, 70), line_height=3.3, padding=0.5, borders_layout="HORIZONTAL_LINES", text_align="LEFT"
    ) as table:
        table.row([say(name, language) for name in ("date", "product", "why")])
        for date, why in found[:SHOWN]:
            table.row([f"{date.sensed_at:%Y-%m-%d %H:%M}", _plain(date.product_id or date.tile), _plain(why)])
    sheet.ln(1)
    if len(found) > SHOWN:
        _line(sheet, say("more", language, count=count(len(found) - SHOWN, language)), 7)
