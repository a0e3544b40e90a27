// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of a file over our own land shapes. Without it the page shows a picture, and the form answers the same.
"use strict";
(async () => {
const holder = document.getElementById("preview-map");
if (!holder) return;
const { colour, drawGround, json, leaflet, whenWanted } = await import(holder.dataset.base);
const field = (name) => document.getElementById(`map-${name}`);

function boundsOf(view) {
  const deepest = 2 ** view.zooms[1];
  if (view.space !== "map") return L.latLngBounds([[-view.size[1] / deepest, 0], [0, view.size[0] / deepest]]);
  const [west, south, east, north] = view.box;
  return L.latLngBounds([[south, west], [north, east < west ? east + 360 : east]]);
}

function placeOf(view, point) {
  if (view.space === "map") return [((point.lng + 180) % 360 + 360) % 360 - 180, point.lat].map((one) => one.toFixed(5));
  return [point.lng, -point.lat].map((one) => (one * 2 ** view.zooms[1]).toFixed(0));
}

function tableOf(answer, words) {
  const table = document.createElement("table");
  const row = (kind, texts) => {
    const made = document.createElement("tr");
    texts.forEach((text, at) => {
      const cell = document.createElement(kind === "head" || at === 0 ? "th" : "td");
      cell.scope = kind === "head" ? "col" : "row";
      cell.textContent = text;
      if (at) cell.className = "number";
      made.append(cell);
    });
    return made;
  };
  table.createTHead().append(row("head", [words.step, words.value]));
  const body = table.createTBody();
  answer.steps.forEach((step, at) => body.append(row("body", [step, answer.values[at] ?? "–"])));
  return table;
}

async function showSeries(view, query) {
  const place = field("series");
  const answer = await json(`${view.series}&${query}`);
  const known = answer.values.filter((value) => value !== null);
  const title = document.createElement("h3");
  title.textContent = place.dataset.label;
  if (!known.length) return place.replaceChildren();
  const picture = document.createElement("img");
  picture.src = `${view.series}&${query}&as=svg`;
  picture.alt = `${place.dataset.label}: ${Math.min(...known)} – ${Math.max(...known)} ${view.unit}`;
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", place.dataset.label);
  scroll.append(tableOf(answer, place.dataset));
  place.replaceChildren(title, picture, scroll);
}

async function ask(view, point) {
  const [lon, lat] = placeOf(view, point);
  field("lon").value = lon;
  field("lat").value = lat;
  const query = new URLSearchParams({ lon, lat }).toString();
  const answer = await fetch(`${view.value}${view.step}&${query}`);
  if (answer.ok) field("answer").textContent = (await answer.json()).text;
  if (view.steps.length) await showSeries(view, query);
}

function throughTime(view, tiles) {
  const go = (step) => {
    view.step = Number(step);
    field("slider").value = step;
    field("slider").setAttribute("aria-valuetext", view.steps[step]);
    field("step").value = step;
    tiles.setUrl(view.tiles + step);
  };
  field("slider-field").hidden = view.steps.length < 2;
  field("slider").addEventListener("input", (event) => go(event.target.value));
  field("step").addEventListener("change", (event) => go(event.target.value));
}

async function start() {
  await leaflet(holder.dataset);
  const view = JSON.parse(field("view").textContent);
  const [coarsest, finest] = view.zooms;
  const bounds = boundsOf(view);
  holder.hidden = false;
  field("picture").hidden = true;
  const isMap = view.space === "map";
  const map = L.map(holder, {
    crs: isMap ? L.CRS.EPSG3857 : L.CRS.Simple, minZoom: Math.max(0, coarsest - 2), maxZoom: finest + 3, preferCanvas: true,
  });
  map.attributionControl.setPrefix(false);
  map.fitBounds(bounds, { padding: [8, 8] });
  if (isMap) {
    map.attributionControl.addAttribution(holder.dataset.attribution);
    drawGround(map, holder.dataset.land).catch(console.error); // a map without land is of use still
  }
  const tiles = L.tileLayer(view.tiles + view.step, {
    bounds, minNativeZoom: coarsest, maxNativeZoom: finest, minZoom: Math.max(0, coarsest - 2), maxZoom: finest + 3, zIndex: 2,
  });
  map.createPane("file").style.zIndex = 450;
  tiles.options.pane = "file";
  tiles.addTo(map);
  field("opacity-field").hidden = false;
  field("opacity").addEventListener("input", (event) => tiles.setOpacity(event.target.value / 100));
  if (view.steps.length) throughTime(view, tiles);
  if (field("layer")) field("layer").addEventListener("change", () => field("form").requestSubmit());
  let mark = null;
  map.on("click", (event) => {
    if (mark) mark.remove();
    mark = L.circleMarker(event.latlng, { radius: 6, color: "#ffffff", weight: 2, fillColor: colour("mark"), fillOpacity: 1 }).addTo(map);
    ask(view, event.latlng);
  });
  return holder;
}

whenWanted(holder.parentElement, field("open"), start);
})();
