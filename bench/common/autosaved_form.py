# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form that saves itself, as its page sends it: every input, but those that are left out of saving."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_PRESSED = {"submit", "button", "reset", "file", "image"}


class AutosavedForm(HTMLParser):
    """The inputs of the form of a page that is marked ``data-autosave``, with the values a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._open: list[tuple[str, bool, bool]] = []  # tag, inside the form, left out
        self._area, self._select = "", ""
        self.feed(page)

    def sent(self) -> list[tuple[str, str]]:
        """Names and values, in the order of the page."""
        return [(name, value) for name, values in self.fields.items() for value in values]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        _tag, inside, left_out = self._open[-1] if self._open else ("", False, False)
        inside = inside or (tag == "form" and "data-autosave" in known)
        left_out = left_out or "data-no-autosave" in known or "disabled" in known
        if tag not in _EMPTY:
            self._open.append((tag, inside, left_out))
        if inside and not left_out:
            self._take(tag, known)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data.removeprefix("\n") if not self.fields[self._area][-1] else data

    def _take(self, tag: str, known: dict[str, str]) -> None:
        name = known.get("name", "")
        if tag == "input" and name and known.get("type", "text") not in _PRESSED:
            if known.get("type") not in {"checkbox", "radio"} or "checked" in known:
                self.fields.setdefault(name, []).append(known.get("value", ""))
        elif tag == "textarea" and name:
            self._area = name
            self.fields.setdefault(name, []).append("")
        elif tag == "select" and name:
            self._select = name
            self.fields.setdefault(name, []).append("")
        elif tag == "option" and self._select and "selected" in known:
            self.fields[self._select][-1] = known.get("value", "")
