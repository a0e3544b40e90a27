// SPDX-License-Identifier: AGPL-3.0-or-later
// Comfort on the page of a preview: a map that moves in place of the drawing, and a page that shows itself when ready.
// Leaflet comes with the first map only: the page is light without it.

// What a feature says, as text: nothing of a file becomes HTML.
function words(properties) {
  const list = document.createElement("dl");
  for (const [name, value] of Object.entries(properties)) {
    const what = document.createElement("dt");
    const said = document.createElement("dd");
    what.textContent = name;
    said.textContent = value;
    list.append(what, said);
  }
  return list.childElementCount ? list : null;
}

function features(data, colour) {
  const look = { color: colour("mark"), weight: 1.2, fillColor: colour("mark"), fillOpacity: 0.18 };
  return L.geoJSON(data, {
    style: look,
    pointToLayer: (_, place) => L.circleMarker(place, { ...look, radius: 5, fillOpacity: 0.6 }),
    onEachFeature: (feature, layer) => {
      const told = words(feature.properties);
      if (told) layer.bindPopup(told);
    },
  });
}

// Of very many points the picture of all of them comes first; those that can be chosen appear nearer by.
function closer(map, marks, picture) {
  const near = map.getZoom() + 2;
  const choose = () => {
    const isNear = map.getZoom() >= near;
    picture.setOpacity(isNear ? 0.35 : 0.9);
    if (isNear) marks.addTo(map);
    else marks.remove();
  };
  map.on("zoomend", choose);
}

async function explore(button) {
  const stage = button.closest("figure").querySelector("[data-stage]");
  const { colour, drawGround, json, leaflet } = await import(button.dataset.base);
  const [data] = await Promise.all([json(button.dataset.features), leaflet(button.dataset)]);
  const holder = document.createElement("div");
  holder.setAttribute("role", "region");
  holder.setAttribute("aria-label", button.dataset.label);
  stage.replaceChildren(holder);
  const map = L.map(holder, { crs: L.CRS.EPSG4326, preferCanvas: true, minZoom: 0, maxZoom: 18, zoomSnap: 0.25 });
  map.attributionControl.setPrefix(false).addAttribution(button.dataset.attribution);
  const [west, south, east, north] = ["west", "south", "east", "north"].map((edge) => Number(button.dataset[edge]));
  const box = L.latLngBounds([south, west], [north, east]);
  map.fitBounds(box.pad(0.05), { maxZoom: 15 });
  drawGround(map, button.dataset.land).catch(console.error); // a map without land is of use still
  const marks = features(data, colour);
  if (button.dataset.dense) closer(map, marks, L.imageOverlay(button.dataset.dense, box, { opacity: 0.9 }).addTo(map));
  else marks.addTo(map);
  button.closest("p").remove();
  holder.focus();
}

for (const button of document.querySelectorAll("[data-explore]")) {
  button.closest("p").hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await explore(button);
    } catch {
      button.disabled = false;
      button.closest("p").querySelector("[role=status]").textContent = button.dataset.failed;
    }
  });
}

// While it waits: asks how far it is, ever less often, and shows the page again when it is there.
async function ask(waiting, after) {
  await new Promise((done) => { setTimeout(done, after); });
  try {
    const { state } = await (await fetch(waiting.dataset.state)).json();
    if (state !== "waiting") {
      waiting.textContent = waiting.dataset.ready;
      location.reload();
      return;
    }
  } catch {
    // the next time, perhaps
  }
  if (after < 60000) ask(waiting, after * 1.25);
}

const waiting = document.getElementById("waiting");
if (waiting) ask(waiting, 2000);
