// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of the places typed in the form; a box is drawn by two clicks, or by two Enter keys on the middle of the map.
"use strict";
(() => {
const holder = document.getElementById("place-map");
const form = holder && holder.closest("form");
if (!form) return;
const EDGES = ["west", "south", "east", "north"];
const words = holder.dataset;

function node(kind, text, type) {
  const made = document.createElement(kind);
  made.textContent = text || "";
  if (type) { made.type = "button"; made.className = "quiet small"; }
  return made;
}
const number = (text) => (text.trim() === "" ? NaN : Number(text.replace(",", ".").replace("−", "-")));
const rows = () => [...form.querySelectorAll('[data-rows="extents"] > .repeat:not([hidden])')];
const input = (row, edge) => row.querySelector(`[name$=".${edge}"]`);
function boxes() {
  return rows().map((row) => EDGES.map((edge) => number(input(row, edge).value))).filter((box) => box.every(Number.isFinite) && box[1] <= box[3]);
}
async function start(button) {
  button.disabled = true;
  const { colour, drawGround, leaflet } = await import(words.base);
  await leaflet(words);
  const place = node("div");
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", words.name);
  button.replaceWith(place);
  const map = L.map(place, { crs: L.CRS.EPSG4326, preferCanvas: true, maxZoom: 12, zoomSnap: 0.5 }).setView([10, 10], 1);
  map.attributionControl.setPrefix(false).addAttribution(words.attribution);
  const drawn = L.layerGroup().addTo(map);
  const show = (fit) => {
    drawn.clearLayers();
    const found = boxes().map(([west, south, east, north]) => L.rectangle([[south, west], [north, east < west ? east + 360 : east]], { color: colour("mark"), weight: 2, fillOpacity: 0.15 }).addTo(drawn));
    if (fit && found.length) map.fitBounds(L.featureGroup(found).getBounds().pad(0.4));
  };
  await drawGround(map, words.land);
  show(true);
  form.addEventListener("input", (event) => { if (/^extents\.\d+\.(west|south|east|north)$/.test(event.target.name)) show(true); });
  form.addEventListener("change", (event) => { if (/^extents\./.test(event.target.name || "")) show(false); });
  if (words.mayDraw) drawing(map, place, show);
}

function drawing(map, place, show) {
  const bar = node("p");
  bar.className = "row";
  const button = node("button", words.draw, "button");
  const status = node("span");
  status.className = "small soft";
  status.setAttribute("role", "status");
  bar.append(button, status);
  holder.append(bar);
  let corner = null;
  let active = false;
  const turn = (lon) => ((lon + 180) % 360 + 360) % 360 - 180;
  const round = (value) => String(Math.round(value * 10000) / 10000);
  const stop = (text) => { active = false; corner = null; place.classList.remove("drawing"); button.setAttribute("aria-pressed", "false"); status.textContent = text; };
  const take = (point) => {
    if (!active) return;
    if (!corner) { corner = point; L.circleMarker(point, { radius: 5 }).addTo(map); status.textContent = words.second; return; }
    const bounds = L.latLngBounds(corner, point);
    const values = [turn(bounds.getWest()), Math.max(bounds.getSouth(), -90), turn(bounds.getEast()), Math.min(bounds.getNorth(), 90)];
    let row = rows().find((one) => EDGES.some((edge) => !input(one, edge).value.trim()));
    if (!row) { form.querySelector('[data-add="extents"]').click(); row = rows().at(-1); }
    map.eachLayer((layer) => { if (layer instanceof L.CircleMarker) layer.remove(); });
    EDGES.forEach((edge, at) => { const one = input(row, edge); one.value = round(values[at]); one.dispatchEvent(new Event("change", { bubbles: true })); });
    show(false);
    stop(words.drawn);
  };
  button.addEventListener("click", () => { active = true; corner = null; place.classList.add("drawing"); button.setAttribute("aria-pressed", "true"); status.textContent = words.first; place.focus(); });
  map.on("click", (event) => take(event.latlng));
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && active) { event.preventDefault(); take(map.getCenter()); }
    if (event.key === "Escape" && active) stop("");
  });
}

const button = node("button", words.show, "button");
button.addEventListener("click", () => start(button));
holder.append(button);
holder.hidden = false;
})();
