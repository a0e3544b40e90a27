// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of the search page, over our own land shapes; everything it does can be typed in the four fields too.
"use strict";

const holder = document.getElementById("map");
const edges = ["west", "south", "east", "north"].map((name) => document.getElementById(name));

function unpack(line) {
  const points = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at < line.length; at += 2) {
    x += line[at];
    y += line[at + 1];
    points.push([y / 100, x / 100]);
  }
  return points;
}

function search(bounds) {
  const round = (value) => Math.round(value * 1000) / 1000;
  const turn = (lon) => ((lon + 180) % 360 + 360) % 360 - 180;
  const whole = bounds.getEast() - bounds.getWest() >= 360;
  const values = [
    whole ? -180 : turn(bounds.getWest()), Math.max(bounds.getSouth(), -90),
    whole ? 180 : turn(bounds.getEast()), Math.min(bounds.getNorth(), 90),
  ];
  edges.forEach((input, place) => { input.value = round(values[place]); });
  document.getElementById("search-form").requestSubmit();
}

function button(map, label, act) {
  const control = L.control({ position: "bottomleft" });
  control.onAdd = () => {
    const made = L.DomUtil.create("button", "small");
    made.type = "button";
    made.textContent = label;
    L.DomEvent.disableClickPropagation(made);
    made.addEventListener("click", () => act(made));
    return made;
  };
  control.addTo(map);
}

async function start() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  holder.hidden = false;
  const map = L.map(holder, { crs: L.CRS.EPSG4326, preferCanvas: true, minZoom: 0, maxZoom: 10, worldCopyJump: true, zoomSnap: 0.5 });
  map.attributionControl.setPrefix(false).addAttribution(holder.dataset.attribution);
  map.setView([10, 10], 1);

  const marks = L.featureGroup();
  for (const shape of JSON.parse(document.getElementById("shapes").textContent)) {
    for (const [west, south, east, north] of shape.boxes) {
      const far = east < west ? east + 360 : east;
      const link = document.createElement("a");
      link.href = shape.url;
      link.textContent = shape.title;
      const look = { color: colour("mark"), weight: 2, fillColor: colour("mark"), fillOpacity: 0.15 };
      L.rectangle([[south, west], [north, far]], look).bindPopup(link).addTo(marks);
      L.circleMarker([(south + north) / 2, (west + far) / 2], { ...look, radius: 5, fillOpacity: 0.8, weight: 0 }).bindPopup(link).addTo(marks);
    }
  }
  const typed = edges.map((input) => parseFloat(input.value));
  if (typed.every(Number.isFinite)) {
    const far = typed[2] < typed[0] ? typed[2] + 360 : typed[2];
    const box = L.rectangle([[typed[1], typed[0]], [typed[3], far]], { color: colour("accent"), weight: 2, dashArray: "5 4", fill: false }).addTo(map);
    map.fitBounds(box.getBounds().pad(0.1));
  } else if (marks.getLayers().length) {
    map.fitBounds(marks.getBounds().pad(0.1), { maxZoom: 5 });
  }

  const land = await (await fetch(holder.dataset.land)).json();
  const ground = { color: colour("coast"), weight: 0.8, fillColor: colour("land"), fillOpacity: 1, interactive: false };
  for (const line of land.land) L.polygon(unpack(line), ground).addTo(map);
  for (const line of land.borders) L.polyline(unpack(line), { color: colour("coast"), weight: 0.7, dashArray: "3 2", interactive: false }).addTo(map);
  marks.addTo(map);

  button(map, holder.dataset.here, () => search(map.getBounds()));
  button(map, holder.dataset.draw, (made) => {
    let corner = null;
    made.disabled = true;
    holder.classList.add("drawing");
    map.on("click", (event) => {
      if (corner === null) {
        corner = event.latlng;
        L.circleMarker(corner, { radius: 5, color: colour("accent") }).addTo(map);
      } else search(L.latLngBounds(corner, event.latlng));
    });
  });
}

if (holder && window.L) start();
