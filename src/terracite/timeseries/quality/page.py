# SPDX-License-Identifier: AGPL-3.0-or-later
"""The certificate as one page of HTML that needs nothing else and prints on one sheet of A4."""

from __future__ import annotations

from html import escape

from terracite import __version__
from terracite.record.model import Language
from terracite.timeseries.quality.certificate import Certificate
from terracite.timeseries.quality.charts import COVER, cover_chart, values_chart
from terracite.timeseries.quality.checks import checks, to_look_at, verdict
from terracite.timeseries.quality.wording import count, say, summary, title

SHOWN = 5  #: dates to look at, so that everything stays on one sheet


def to_html(certificate: Certificate, language: Language) -> str:
    """The whole page in one language; the same certificate gives the same text."""
    told = title(certificate, language)
    parts = [
        f"<h1>{escape(told)}</h1>",
        f"<p>{escape(summary(certificate, language))}</p>",
        f'<p class="notice">{say("simulated", language)}</p>' if certificate.is_simulated else "",
        f'<p class="verdict">{escape(verdict(certificate, language))}</p>',
        _checks(certificate, language),
        _figure(say("chart_cover", language), cover_chart(certificate, language), _legend(language)),
        _figure(say("chart_values", language), values_chart(certificate, language)),
        _dates(certificate, language),
        f'<p class="how">{say("how", language)} {say("made", language, version=__version__)}</p>',
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(told)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )


def _checks(certificate: Certificate, language: Language) -> str:
    rows = "".join(
        f'<tr class="{check.level}"><th scope="row">{escape(check.title(language))}</th>'
        f"<td>{say(check.level, language)}</td><td>{escape(check.text)}</td></tr>"
        for check in checks(certificate, language)
    )
    head = "".join(f'<th scope="col">{say(name, language)}</th>' for name in ("check", "level", "result"))
    caption = f"<caption>{say('checks', language)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _figure(caption: str, svg: str, legend: str = "") -> str:
    return f'<figure tabindex="0"><figcaption>{escape(caption)}{legend}</figcaption>{svg}</figure>' if svg else ""


def _legend(language: Language) -> str:
    return "".join(
        f' <span class="key"><svg width="10" height="10" aria-hidden="true">'
        f'<rect width="10" height="10" fill="{colour}" stroke="#8a929a"/></svg> {say(name, language)}</span>'
        for name, colour in COVER
    )


def _dates(certificate: Certificate, language: Language) -> str:
    found = to_look_at(certificate, language)
    if not found:
        return ""
    head = "".join(f'<th scope="col">{say(name, language)}</th>' for name in ("date", "product", "why"))
    rows = "".join(
        f"<tr><td>{date.sensed_at:%Y-%m-%d %H:%M}</td><td>{escape(date.product_id or date.tile)}</td>"
        f"<td>{escape(why)}</td></tr>"
        for date, why in found[:SHOWN]
    )
    more = len(found) - SHOWN
    tail = f"<p>{say('more', language, count=count(more, language))}</p>" if more > 0 else ""
    table = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<table class="dates"><caption>{say("worst", language)}</caption>{table}{tail}'


_STYLE = (
    "@page{size:A4;margin:12mm}"
    "body{font:.9rem/1.4 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0}"
    "main{max-width:52rem;margin:auto;padding:1rem}h1{font-size:1.3rem;margin:0 0 .3rem}p{margin:.3rem 0}"
    ".verdict{font-weight:600}.notice{color:#8a1c12;font-weight:600}"
    "table{border-collapse:collapse;width:100%;margin:.6rem 0}"
    "caption,figcaption{text-align:left;font-weight:600;padding:.2rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.2rem .5rem;border-bottom:1px solid #ccc}"
    "th[scope=row],td:nth-child(2):not(:last-child){white-space:nowrap}"
    "tr.look td:nth-child(2){color:#8a1c12;font-weight:700}"
    "tr.fine td:nth-child(2){color:#125b26}figure{margin:.6rem 0}figure>svg{width:100%;height:auto}"
    ".key{font-weight:400;margin-left:.7rem;white-space:nowrap}"
    ".dates td:nth-child(n){overflow-wrap:anywhere;white-space:normal}.how{color:#555}"
    "@media(max-width:40rem){thead{display:none}tr,th,td{display:block}th,td{border:0;padding:.1rem 0}"
    "tr{border-bottom:1px solid #ccc;padding:.4rem 0}figure{overflow-x:auto}figure>svg{width:700px}}"
    "@media print{body{font-size:8pt;line-height:1.25}.dates{font-size:7pt}.dates td:first-child{white-space:nowrap}"
    "figure{margin:1.5mm 0}table{margin:1.5mm 0}figure>svg{height:27mm}main{max-width:none;padding:0}h1{font-size:13pt}"
    "th,td{padding:.6mm 1.5mm}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}"
)
