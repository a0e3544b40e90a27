// SPDX-License-Identifier: AGPL-3.0-or-later
// The map of the search page, in place of the picture that the server drew; all that it does can be typed in the four
// fields too.
"use strict";
(async () => {
const holder = document.getElementById("map");
const words = holder.dataset;
const { colour, drawGround, leaflet, whenWanted } = await import(words.base);
const edges = ["west", "south", "east", "north"].map((name) => document.getElementById(name));

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

function marksOf(shapes) {
  const marks = L.featureGroup();
  const look = { color: colour("mark"), weight: 2, fillColor: colour("mark"), fillOpacity: 0.15 };
  for (const shape of shapes) {
    for (const [west, south, east, north] of shape.boxes) {
      const far = east < west ? east + 360 : east;
      const link = Object.assign(document.createElement("a"), { href: shape.url, textContent: shape.title });
      L.rectangle([[south, west], [north, far]], look).bindPopup(link).addTo(marks);
      L.circleMarker([(south + north) / 2, (west + far) / 2], { ...look, radius: 5, fillOpacity: 0.8, weight: 0 }).bindPopup(link).addTo(marks);
    }
  }
  return marks;
}

function drawing(map, place) {
  button(map, words.here, () => search(map.getBounds()));
  button(map, words.draw, (made) => {
    let corner = null;
    made.disabled = true;
    place.classList.add("drawing");
    map.on("click", (event) => {
      if (corner === null) {
        corner = event.latlng;
        L.circleMarker(corner, { radius: 5, color: colour("accent") }).addTo(map);
      } else search(L.latLngBounds(corner, event.latlng));
    });
  });
}

async function start() {
  await leaflet(words);
  const place = document.createElement("div");
  place.setAttribute("role", "application");
  place.setAttribute("aria-label", words.name);
  holder.append(place);
  const map = L.map(place, { crs: L.CRS.EPSG4326, preferCanvas: true, minZoom: 0, maxZoom: 10, worldCopyJump: true, zoomSnap: 0.25, scrollWheelZoom: false });
  map.on("focus", () => map.scrollWheelZoom.enable()); // before, the wheel moves the page
  map.attributionControl.setPrefix(false).setPosition("topright").addAttribution(words.attribution);
  const [west, south, east, north] = JSON.parse(words.view);
  map.fitBounds([[south, west], [north, east]]); // what the picture shows
  const typed = edges.map((input) => parseFloat(input.value));
  if (typed.every(Number.isFinite)) {
    const far = typed[2] < typed[0] ? typed[2] + 360 : typed[2];
    L.rectangle([[typed[1], typed[0]], [typed[3], far]], { color: colour("accent"), weight: 2, dashArray: "5 4", fill: false }).addTo(map);
  }
  marksOf(JSON.parse(document.getElementById("shapes").textContent)).addTo(map);
  await drawGround(map, words.land).catch(console.error); // a map without land is of use still
  drawing(map, place);
  holder.querySelector("svg.map").remove();
  return place;
}

whenWanted(holder, holder.querySelector("button"), start);
})();
