// SPDX-License-Identifier: AGPL-3.0-or-later
// While files are being read, the page asks again by itself and puts what was found in its places.
"use strict";
(() => {
const note = document.getElementById("reading");
if (!note) return;
const PLACES = ["reading", "file-list", "steps", "side"];
const LONGEST_PAUSE = 10000;
let pause = 1500, touched = false;
const show = (root) => {
  for (const part of root.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of root.querySelectorAll("[data-without-script]")) part.hidden = true;
};
document.addEventListener("input", (event) => { touched = touched || Boolean(event.target.closest("#file-list")); });
const put = (page) => {
  for (const id of PLACES) {
    const old = document.getElementById(id), fresh = page.getElementById(id);
    // what somebody is typing in, or has just opened, is not taken from under their hands
    if (!old || (id === "file-list" && (touched || old.contains(document.activeElement) || old.querySelector("details[open]")))) continue;
    if (fresh) old.replaceWith(fresh); else if (id === "reading") old.remove();
    if (id === "reading" && fresh) show(fresh);
  }
};
const ask = async () => {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        put(new DOMParser().parseFromString(await answer.text(), "text/html"));
        if (!document.getElementById("reading")) return;
      }
    } catch { /* the line is cut: the next round asks again */ }
    pause = Math.min(1.5 * pause, LONGEST_PAUSE);
  }
  setTimeout(ask, pause);
};
show(note);
setTimeout(ask, pause);
})();
