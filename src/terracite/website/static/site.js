// SPDX-License-Identifier: AGPL-3.0-or-later
// Small comforts; every page works without them.
"use strict";

const words = document.documentElement.lang === "fr"
  ? { copied: "Copié" }
  : { copied: "Copied" };

// Copy buttons: shown only where the clipboard can be used.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
