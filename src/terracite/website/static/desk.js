// SPDX-License-Identifier: AGPL-3.0-or-later
// Comforts of the desk; every page works without them.
"use strict";

// A usual sentence goes into the box at once, where it can be changed; without this the server puts it there.
for (const list of document.querySelectorAll("select[data-inserts]")) {
  const box = document.getElementById(list.dataset.inserts);
  if (!box) continue;
  list.addEventListener("change", () => {
    const chosen = list.selectedOptions[0];
    const words = chosen.dataset[list.dataset.language || ""] || chosen.textContent;
    if (list.value) box.value = [box.value.trim(), words].filter(Boolean).join("\n");
    list.value = "";
    box.focus();
  });
}

// The field to suggest an edit of opens as soon as it is chosen.
const which = document.getElementById("suggest-which");
if (which) which.addEventListener("change", () => which.form.submit());

// "Ask about this" and links to a conversation lead to an open box, ready to write in.
const opened = document.querySelector(".ask[open] textarea");
if (opened) opened.focus({ preventScroll: true });
