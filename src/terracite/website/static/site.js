// SPDX-License-Identifier: AGPL-3.0-or-later
// Small comforts; every page works without them.
"use strict";

const words = document.documentElement.lang === "fr"
  ? { copied: "Copié", saving: "Enregistrement…", saved: "Enregistré à", failed: "Non enregistré : vérifiez la connexion, puis enregistrez." }
  : { copied: "Copied", saving: "Saving…", saved: "Saved at", failed: "Not saved: check the connection, then save." };

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

// On a phone the results come first; what narrows them opens on demand.
if (matchMedia("(max-width: 60rem)").matches) {
  for (const part of document.querySelectorAll("[data-closed-when-narrow]")) part.open = false;
}

// Forms that save themselves, a moment after the last change of a field.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = document.getElementById("save-status");
  let timer = 0;
  let busy = false;
  const save = async () => {
    if (busy) { timer = setTimeout(save, 600); return; }
    busy = true;
    status.textContent = words.saving;
    try {
      const data = new FormData(form);
      data.set("autosave", "1");
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (told.edit) form.elements.edit.value = told.edit;
      status.textContent = told.message || `${words.saved} ${new Date().toLocaleTimeString(document.documentElement.lang)}`;
    } catch {
      status.textContent = words.failed;
    }
    busy = false;
  };
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-no-autosave]")) return;
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}
