// SPDX-License-Identifier: AGPL-3.0-or-later
// What the maps of all pages share: Leaflet, fetched when a map is wanted; the land under it; the moment to start.

let leafletAsked;

// Leaflet as `L`, with its style; fetched once. Where it was refused, the next call tries again.
export function leaflet({ script, style }) {
  leafletAsked ??= new Promise((resolve, reject) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
    const code = Object.assign(document.createElement("script"), { src: script, onload: resolve });
    code.onerror = () => { leafletAsked = undefined; reject(new Error(script)); };
    document.head.append(sheet, code);
  });
  return leafletAsked;
}

export async function json(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// A colour of the style sheet, right in the light and in the dark.
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

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

// A moment for the hand of the reader between two pieces of work.
const pause = () => new Promise((resolve) => { setTimeout(resolve); });
const AT_ONCE = 12;

// The land and the borders under a map.
export async function drawGround(map, address) {
  const { land, borders } = await json(address);
  const ground = { color: colour("coast"), weight: 0.8, fillColor: colour("land"), fillOpacity: 1, interactive: false };
  const border = { color: colour("coast"), weight: 0.7, dashArray: "3 2", interactive: false };
  const work = [...land.map((line) => () => L.polygon(unpack(line), ground)), ...borders.map((line) => () => L.polyline(unpack(line), border))];
  for (let at = 0; at < work.length; at += AT_ONCE) {
    for (const make of work.slice(at, at + AT_ONCE)) make().addTo(map).bringToBack();
    await pause();
  }
}

// Starts a map in the place of its picture: on a wide screen with a pointer when the browser has time and the map is in
// sight; elsewhere when the reader presses the button or the picture, which spares a phone the work and the bytes.
export function whenWanted(holder, button, start) {
  let running = false;
  const go = async () => {
    if (running) return;
    running = true;
    const hadFocus = document.activeElement === button;
    button.disabled = true;
    try {
      const shown = await start();
      button.remove();
      if (hadFocus) shown.focus();
    } catch (error) {
      console.error(error);
      running = false;
      button.disabled = false; // the picture stays, and another press tries again
    }
  };
  button.hidden = false;
  button.addEventListener("click", go);
  holder.addEventListener("click", go);
  if (!matchMedia("(hover: hover) and (min-width: 60rem)").matches) return;
  const idle = window.requestIdleCallback || ((act) => setTimeout(act, 200));
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    idle(go);
  });
  seen.observe(holder);
}
