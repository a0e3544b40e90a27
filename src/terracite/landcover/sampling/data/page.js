"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const get = (id) => document.getElementById(id);
const COLUMNS = ["sample", "id", "class_code", "class", "confidence", "note", "interpreter", "answered_at"];
const keep = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
};
const base = "terracite:sample:" + data.sample;
let language = keep.read(base + ":language") || data.language;
let name = keep.read(base + ":name") || "";
let answers = {}, undone = [], at = 0, unsaved = 0, kept = true;

const say = (key, values = {}) => data.words[language][key].replace(/\{(\w+)\}/g, (_, word) => values[word]);
const make = (tag, attributes = {}, ...inside) => {
  const one = ["svg", "polygon", "path", "line", "circle", "text"].includes(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  one.append(...inside);
  return one;
};
const called = (one) => one[language] || one.en || one.fr || String(one.code);
const done = () => data.points.filter((point) => answers[point.id]).length;
const number = (value) => value.toLocaleString(language, { maximumFractionDigits: 2 });
const written = (date) => !date ? say("no_date") : date.length < 10 ? date
  : new Date(date + "T00:00:00Z").toLocaleDateString(language, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });

function announce(text) { get("status").textContent = text; }

function speak() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
  get("language").lang = language === "fr" ? "en" : "fr";
  get("name").textContent = name;
  const list = get("classes");
  list.replaceChildren(...data.classes.map((one) => {
    const button = make("button", { type: "button", "data-code": one.code, "aria-keyshortcuts": one.key, "aria-pressed": "false" },
      make("span", { class: "swatch", style: "background:" + one.colour }), make("span", {}, called(one)), make("kbd", {}, one.key));
    button.addEventListener("click", () => answer(one.code));
    return button;
  }));
}

function chip(view, position) {
  const count = view.dates.length;
  const place = count > 1 ? (position / (count - 1)) * 100 : 0;
  const middle = [0, 1].map((side) => view.cell.reduce((sum, pair) => sum + pair[side], 0) / view.cell.length);
  // the line lies outside the cell, so that its colour is seen
  const corners = view.cell.map((pair) => pair.map((value, side) => value + Math.sign(value - middle[side]) * 1.2).join(",")).join(" ");
  const around = make("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    make("polygon", { points: corners, class: "under" }), make("polygon", { points: corners, class: "over" }));
  const label = say("image_" + view.key, view) + ", " + written(view.dates[position]);
  const picture = make("div", { class: "chip", role: "img", "aria-label": label,
    style: `background-image:url(${view.image});background-size:${count * 100}% 100%;background-position:${place}% 0` }, around);
  return make("figure", view.key === "context" ? { class: "context" } : {}, picture, make("figcaption", {}, written(view.dates[position])));
}

function pictures(point, around) {
  const seen = point.views.filter((view) => view.dates.length && (view.key === "context") === around);
  if (around && !seen.length) return [];
  if (!seen.length) return [make("p", {}, say("nothing"))];
  return seen.map((view) => make("section", {}, make("h3", {}, say("image_" + view.key, view)),
    make("div", { class: "chips" }, ...view.dates.map((_, position) => chip(view, position)))));
}

function chart(point) {
  const lines = point.series.filter((one) => one.dates.length);
  const legend = point.series.map((one, rank) => make("li", {}, make("svg", { viewBox: "0 0 32 16", "aria-hidden": "true" },
    make("path", { d: "M0 8H32", class: "s" + rank }), make("circle", { cx: 16, cy: 8, r: 4, class: "s" + rank })), " " + told(one)));
  if (!lines.length) return point.series.length ? [make("ul", { class: "legend" }, ...legend)] : [];
  const days = lines.flatMap((one) => one.dates.map((date) => Date.parse(date)));
  const values = lines.flatMap((one) => one.values);
  const from = Math.min(...days), to = Math.max(...days, from + 864e5);
  const low = Math.min(...values, 0), high = Math.max(...values, low + 0.1);
  const wide = Math.min(Math.max(get("series").clientWidth || 800, 300), 1000), steps = wide < 500 ? 2 : 5;
  const x = (day) => 48 + (day - from) / (to - from) * (wide - 70), y = (value) => 190 - (value - low) / (high - low) * 175;
  const svg = make("svg", { viewBox: `0 0 ${wide} 220`, role: "img", "aria-label": point.series.map(told).join("; ") });
  for (let step = 0; step <= 4; step++) {
    const value = low + (high - low) * step / 4;
    svg.append(make("line", { x1: 48, x2: wide - 20, y1: y(value), y2: y(value), class: "grid" }),
      make("text", { x: 42, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  for (let step = 0; step <= steps; step++) {
    const day = from + (to - from) * step / steps;
    svg.append(make("text", { x: x(day), y: 212, "text-anchor": step === 0 ? "start" : step === steps ? "end" : "middle" },
      new Date(day).toLocaleDateString(language, { year: "numeric", month: "short", timeZone: "UTC" })));
  }
  const shown = new Set(point.views.filter((view) => view.key !== "context").flatMap((view) => view.dates));
  for (const date of shown) {
    const day = Date.parse(date);
    if (day >= from && day <= to) svg.append(make("line", { x1: x(day), x2: x(day), y1: 12, y2: 190, class: "at" }));
  }
  point.series.forEach((one, rank) => {
    const ends = one.dates.map((date, position) => [x(Date.parse(date)), y(one.values[position])]);
    if (!ends.length) return;
    svg.append(make("path", { d: "M" + ends.map((pair) => pair.map((v) => v.toFixed(1)).join(" ")).join("L"), class: "s" + rank }));
    for (const [cx, cy] of ends) svg.append(make("circle", { cx: cx.toFixed(1), cy: cy.toFixed(1), r: 3.5, class: "s" + rank }));
  });
  legend.push(make("li", {}, "┊ " + say("shown")));
  return [make("h3", {}, say("series")), svg, make("ul", { class: "legend" }, ...legend)];
}

function told(one) {
  if (!one.values.length) return say("series_none", one);
  return say("series_of", { name: one.name, count: one.values.length, all: one.all,
    low: number(Math.min(...one.values)), high: number(Math.max(...one.values)) });
}

function show(focus = true) {
  const point = data.points[at], own = answers[point.id];
  get("point").textContent = say("point", point);
  get("place").textContent = say("place", { done: done(), all: data.points.length });
  get("progress").max = data.points.length;
  get("progress").value = done();
  get("views").replaceChildren(...pictures(point, false));
  get("around").replaceChildren(...pictures(point, true));
  get("series").replaceChildren(...chart(point));
  get("geo").href = `geo:${point.lat},${point.lon}`;
  get("osm").href = `https://www.openstreetmap.org/?mlat=${point.lat}&mlon=${point.lon}#map=16/${point.lat}/${point.lon}`;
  get("lonlat").textContent = `${point.lat}, ${point.lon}`;
  get("unsure").checked = Boolean(own && own.confidence === "unsure");
  get("note").value = own ? own.note : "";
  mark();
  get("previous").disabled = at === 0;
  get("next").disabled = at === data.points.length - 1;
  get("undo").disabled = undone.length === 0;
  if (focus) get("point").focus({ preventScroll: true });
}

function mark() {
  const own = answers[data.points[at].id];
  for (const button of get("classes").children) {
    button.setAttribute("aria-pressed", String(Boolean(own) && own.class_code === Number(button.dataset.code)));
  }
  get("kept").textContent = say(kept ? "saved" : "not_saved") + (unsaved ? " " + say("not_exported", { count: unsaved }) : "");
}

function save() {
  kept = keep.write(`${base}:answers:${name}`, answers);
  keep.write(base + ":name", name);
}

function put(own) {
  const id = data.points[at].id;
  undone.push([id, answers[id] || null]);
  if (own) answers[id] = own; else delete answers[id];
  unsaved++;
  save();
}

function answer(code) {
  const point = data.points[at];
  const sure = !get("unsure").checked;
  put({ class_code: code, confidence: sure ? "sure" : "unsure", note: get("note").value.trim(), answered_at: new Date().toISOString() });
  const text = code === null ? say("skipped", point)
    : say("answered", { id: point.id, class: called(data.classes.find((one) => one.code === code)) + ", " + say(sure ? "sure" : "not_sure") });
  onwards(text);
}

function onwards(text) {
  const further = data.points.findIndex((point, position) => position > at && !answers[point.id]);
  const first = further >= 0 ? further : data.points.findIndex((point) => !answers[point.id]);
  if (first >= 0) at = first;
  show();
  announce(text + " " + (first >= 0 ? say("now", { id: data.points[at].id, done: done(), all: data.points.length }) : say("finished")));
}

function move(step) {
  at = Math.min(Math.max(at + step, 0), data.points.length - 1);
  show();
  announce(say("now", { id: data.points[at].id, done: done(), all: data.points.length }));
}

function undo() {
  const last = undone.pop();
  if (!last) return;
  const [id, before] = last;
  if (before) answers[id] = before; else delete answers[id];
  unsaved = Math.max(unsaved - 1, 0);
  at = data.points.findIndex((point) => point.id === id);
  save();
  show();
  announce(say("undone", { id }));
}

function amend(change) { // what is said of a point that has its class already
  const own = answers[data.points[at].id];
  if (!own) return;
  Object.assign(own, change);
  unsaved = Math.max(unsaved, 1);
  save();
  mark();
}

const cell = (value) => {
  let text = String(value ?? "");
  if (/^[=+\-@\t\r]/.test(text)) text = "'" + text; // no spreadsheet takes it for a formula
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function table() {
  const rows = data.points.filter((point) => answers[point.id]).map((point) => {
    const own = answers[point.id];
    const of = data.classes.find((one) => one.code === own.class_code);
    return { sample: data.sample, id: point.id, interpreter: name, ...own, class: of ? of.en || of.fr : "" };
  });
  return "\ufeff" + [COLUMNS, ...rows.map((row) => COLUMNS.map((key) => row[key]))].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function download() {
  const link = make("a", { href: URL.createObjectURL(new Blob([table()], { type: "text/csv" })),
    download: `answers-${data.sample}-${name.replace(/[^\p{L}\p{N}]+/gu, "_")}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  unsaved = 0;
  mark();
}

function parsed(text) {
  const rows = [[]];
  let inside = false, value = "";
  const close = () => { rows.at(-1).push(value); value = ""; };
  const clean = text.replace(/^\ufeff/, "");
  for (let place = 0; place < clean.length; place++) {
    const letter = clean[place];
    if (inside && letter === '"' && clean[place + 1] === '"') { value += '"'; place++; }
    else if (letter === '"') inside = !inside;
    else if (!inside && letter === ",") close();
    else if (!inside && letter === "\n") { close(); rows.push([]); }
    else if (inside || letter !== "\r") value += letter;
  }
  if (value || rows.at(-1).length) close();
  const [head, ...others] = rows;
  return others.filter((row) => row.length > 1).map((row) => Object.fromEntries(head.map((key, position) => [key, row[position] ?? ""])));
}

async function take(file) {
  const ids = new Map(data.points.map((point) => [String(point.id), point.id]));
  const codes = new Set(data.classes.map((one) => one.code));
  let count = 0;
  for (const row of parsed(await file.text())) {
    const code = row.class_code === "" ? null : Number(row.class_code);
    if (row.sample !== data.sample || !ids.has(row.id) || (code !== null && !codes.has(code))) continue;
    answers[ids.get(row.id)] = { class_code: code, confidence: row.confidence === "unsure" ? "unsure" : "sure",
      note: row.note.replace(/^'(?=[=+\-@])/, ""), answered_at: row.answered_at };
    count++;
  }
  save();
  show();
  announce(count ? say("read", { count }) : say("not_read"));
}

function begin() {
  get("start").hidden = Boolean(name);
  get("by").hidden = !name;
  get("work").hidden = !name;
  if (!name) { get("who").focus(); return; }
  answers = keep.read(`${base}:answers:${name}`) || {};
  undone = [];
  unsaved = 0;
  save();
  at = Math.max(data.points.findIndex((point) => !answers[point.id]), 0);
  speak();
  show();
}

get("start").addEventListener("submit", (event) => {
  event.preventDefault();
  name = get("who").value.trim();
  if (name) begin();
});
get("name").addEventListener("click", () => { get("who").value = name; name = ""; begin(); });
get("language").addEventListener("click", () => {
  language = language === "fr" ? "en" : "fr";
  keep.write(base + ":language", language);
  speak();
  if (name) show(false);
});
get("previous").addEventListener("click", () => move(-1));
get("next").addEventListener("click", () => move(1));
get("skip").addEventListener("click", () => answer(null));
get("undo").addEventListener("click", undo);
get("unanswered").addEventListener("click", () => onwards(""));
get("export").addEventListener("click", download);
get("import").addEventListener("change", (event) => { if (event.target.files[0]) take(event.target.files[0]); event.target.value = ""; });
get("unsure").addEventListener("change", () => amend({ confidence: get("unsure").checked ? "unsure" : "sure" }));
get("note").addEventListener("change", () => amend({ note: get("note").value.trim() }));
addEventListener("beforeunload", (event) => { if (!kept && unsaved) event.preventDefault(); });
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target === get("note")) { get("note").blur(); get("point").focus(); return; }
  const writing = event.target.matches("textarea, input:not([type=checkbox])");
  if (!name || writing || event.ctrlKey || event.altKey || event.metaKey || !get("shortcuts").checked) return;
  const key = event.key.toLowerCase();
  const one = data.classes.find((other) => other.key === key);
  const acts = { arrowleft: () => move(-1), arrowright: () => move(1), s: () => answer(null), u: undo,
    i: () => { get("unsure").checked = !get("unsure").checked; get("unsure").dispatchEvent(new Event("change")); },
    n: () => get("note").focus() };
  const act = one ? () => answer(one.code) : acts[key];
  if (act) { event.preventDefault(); act(); }
});
speak();
begin();
