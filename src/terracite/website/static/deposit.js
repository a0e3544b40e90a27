// SPDX-License-Identifier: AGPL-3.0-or-later
// The form saves itself, a moment after a change: htmx sends it and puts the answer in its places. Here: when to
// send, what to do when the line is cut or the session ended, and where mistakes and conflicts go.
"use strict";
(() => {
const french = document.documentElement.lang === "fr";
const words = french
  ? { saving: "Enregistrement…", waiting: "Pas encore enregistré…", cut: "Pas encore enregistré : la connexion est coupée, nouvel essai tout seul. Ne fermez pas cette page." }
  : { saving: "Saving…", waiting: "Not saved yet…", cut: "Not saved yet: the connection is lost; it is tried again by itself. Keep this page open." };
const form = document.querySelector("form[data-autosave]");
const sender = document.getElementById("autosave");
const status = document.getElementById("save-status");
if (!form || !sender || !status) return;

const AFTER_CHANGE = 500, AFTER_KEY = 1500, FIRST_PAUSE = 2000, LONGEST_PAUSE = 30000, LOGIN_PAUSE = 5000;
let timer = 0, typed = 0, sent = 0, pause = FIRST_PAUSE, busy = false;
const left = new Set(); // inputs the person has been in and left
let mistakes = new Map(); // id of an input -> what is wrong with it
const isDirty = () => typed !== sent || busy;
const say = (text) => { status.textContent = text; };
const localTimes = (root) => {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = moment.toLocaleTimeString(french ? "fr" : "en-GB", { hour: "2-digit", minute: "2-digit" });
  }
};

// ---- when to send
const send = () => {
  clearTimeout(timer);
  if (busy) { timer = setTimeout(send, 300); return; }
  htmx.trigger(sender, "save");
};
const later = (milliseconds) => { clearTimeout(timer); timer = setTimeout(send, milliseconds); };
const changed = (event) => {
  const input = event.target;
  if (!input.name || input.closest("[data-no-autosave]")) return;
  typed += 1;
  if (!busy) say(words.waiting);
  later(event.type === "change" ? AFTER_CHANGE : AFTER_KEY);
};
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("focusout", ({ target }) => {
  left.add(target);
  if (mistakes.has(target.id) && !target.hasAttribute("aria-invalid")) tell(target, mistakes.get(target.id));
});
form.addEventListener("submit", () => { clearTimeout(timer); sent = typed; busy = false; });
addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault(); });
addEventListener("online", () => { if (isDirty()) later(0); });
addEventListener("focus", () => { if (isDirty()) later(AFTER_CHANGE); });

// ---- sending: with the token of whoever is logged in now, without what a button must send
sender.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) form.elements.csrfmiddlewaretoken.value = token[1];
  event.detail.parameters.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const input of form.querySelectorAll("[data-no-autosave][name], [data-no-autosave] [name]")) event.detail.parameters.delete(input.name);
});
sender.addEventListener("htmx:beforeRequest", () => { busy = true; sender.sending = typed; say(words.saving); });
sender.addEventListener("htmx:afterRequest", (event) => {
  busy = false;
  const code = event.detail.xhr.status;
  if (code === 401) later(LOGIN_PAUSE);
  else if (code === 0 || code >= 500 || code === 403 || code === 429) {
    say(words.cut);
    later(pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  } else {
    pause = FIRST_PAUSE;
    sent = sender.sending;
    place();
    beside();
    localTimes(form);
    if (typed !== sent) later(AFTER_CHANGE);
  }
});

// ---- mistakes beside their inputs, findings beside their sections, conflicts beside their fields
const clear = (input) => {
  document.getElementById(`${input.id}-wrong`)?.remove();
  input.removeAttribute("aria-invalid");
  input.closest(".field")?.classList.remove("wrong");
  const described = (input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== `${input.id}-wrong`);
  if (described.length) input.setAttribute("aria-describedby", described.join(" ")); else input.removeAttribute("aria-describedby");
};
const tell = (input, lines) => {
  const holder = document.createElement("div");
  holder.id = `${input.id}-wrong`;
  holder.append(...lines);
  (input.closest(".field") || input).append(holder);
  input.closest(".field")?.classList.add("wrong");
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") || ""} ${holder.id}`.trim());
};
const place = () => {
  const told = document.getElementById("told");
  mistakes = new Map();
  for (const line of told.querySelectorAll("[data-input]")) mistakes.set(line.dataset.input, [...(mistakes.get(line.dataset.input) || []), line]);
  for (const line of told.querySelectorAll("[data-emptied]")) {
    const input = document.getElementById(line.dataset.emptied);
    if (input && input.value === input.defaultValue) input.value = input.defaultValue = ""; // else somebody writes there now
  }
  for (const input of form.querySelectorAll("[aria-invalid]")) clear(input);
  for (const [id, lines] of mistakes) {
    const input = document.getElementById(id);
    if (input && (input.value || left.has(input)) && input !== document.activeElement) tell(input, lines);
  }
  for (const holder of form.querySelectorAll("[data-sections]")) {
    const sections = holder.dataset.sections.split(" ");
    const origins = sections.flatMap((name) => [...told.querySelectorAll(`[data-origin="${name}"]`)]).filter((line) => line.textContent);
    const lines = sections.flatMap((name) => [...told.querySelectorAll(`[data-section="${name}"]`)]);
    holder.replaceChildren(...origins.slice(0, 1), ...lines);
  }
  for (const line of form.querySelectorAll(".field > .from")) line.remove();
  for (const line of told.querySelectorAll("[data-origin]")) {
    const input = document.getElementById(`f-${line.dataset.origin.replaceAll(".", "-")}`);
    if (input && line.textContent) input.closest(".field")?.append(line);
  }
};
const beside = () => {
  for (const old of form.querySelectorAll(".conflict.moved")) old.remove();
  for (const box of document.querySelectorAll("#conflicts .conflict")) {
    const name = box.dataset.beside;
    const target = document.getElementById(`f-${name}`)?.closest(".field") || document.getElementById(name) || form.querySelector(`[name^="${name}."]`)?.closest("fieldset, details");
    if (!target) continue;
    if (target.tagName === "DETAILS") target.open = true;
    box.classList.add("moved");
    if (target.matches(".field")) target.after(box); else target.append(box);
  }
};
localTimes(form);
beside();
})();
