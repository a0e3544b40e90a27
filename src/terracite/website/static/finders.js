// SPDX-License-Identifier: AGPL-3.0-or-later
// Finders (combobox with a list, after the ARIA patterns), rows that are added, moved and removed in place, licences
// explained. Whatever is filled tells the form with a "change". Everything works without this file, by pages.
"use strict";
(() => {
const french = document.documentElement.lang === "fr";
const told = french
  ? { some: (n) => `${n} propositions, flèches pour choisir`, none: "Rien trouvé : ce que vous avez tapé est gardé", failed: "Recherche impossible pour l’instant" }
  : { some: (n) => `${n} found, arrow keys to choose`, none: "Nothing found: what you typed is kept", failed: "Cannot search just now" };
const form = document.querySelector("form[data-finders]");
if (!form) return;

const change = (input) => {
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true, detail: "filled" }));
};
const speaker = document.createElement("div");
speaker.className = "hidden";
speaker.setAttribute("role", "status");
form.append(speaker);
const say = (text) => { speaker.textContent = text; };

// ---- filling the inputs of a row
function fillRow(start, values) {
  const changed = [];
  for (const [key, value] of Object.entries(values)) {
    const input = form.elements[start + key.replace("?", "")];
    if (!input || input.type === "checkbox" || (key.endsWith("?") && input.value)) continue;
    if (input.value !== value) { input.value = value; changed.push(input); }
  }
  changed.forEach(change);
}

function addKeyword(input, values, label) {
  const holder = document.getElementById("chosen-keywords");
  const known = [...form.querySelectorAll('input[name="keywords"]')].find((box) => box.value === values.keyword);
  const box = known || document.createElement("input");
  if (!known) {
    Object.assign(box, { type: "checkbox", name: "keywords", value: values.keyword });
    const tag = document.createElement("label");
    tag.className = "check tag";
    tag.append(box, label);
    holder.append(tag);
  }
  box.checked = true;
  input.value = "";
  change(box);
}

// ---- combobox
let numbered = 0;
function combobox(input) {
  if (input.dataset.ready) return;
  input.dataset.ready = "1";
  const holder = document.createElement("div");
  holder.className = "found";
  input.replaceWith(holder);
  const list = document.createElement("ul");
  list.id = `found-${numbered += 1}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  const label = form.querySelector(`label[for="${input.id}"]`);
  list.setAttribute("aria-label", label ? label.textContent.trim() : input.name);
  holder.append(input, list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  let timer = 0;
  let asked = 0;
  let at = -1;
  const options = () => [...list.querySelectorAll('[role="option"]')];
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const move = (to) => {
    const all = options();
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    const values = JSON.parse(option.dataset.fill);
    close();
    if (values.keyword) addKeyword(input, values, option.querySelector("b").textContent);
    else fillRow(input.name.slice(0, input.name.lastIndexOf(".") + 1), values);
    input.focus();
  };
  const ask = async () => {
    const text = input.value.trim();
    const turn = asked += 1;
    if (text.length < 2) { close(); return; }
    const address = form.dataset.finders.replace("KIND", input.dataset.find);
    try {
      const answer = await fetch(`${address}?fragment=1&q=${encodeURIComponent(text)}`);
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const html = await answer.text();
      if (turn !== asked || document.activeElement !== input) return;
      list.innerHTML = html;
    } catch { close(); say(told.failed); return; }
    const all = options();
    all.forEach((option, place) => { option.id = `${list.id}-${place}`; });
    at = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    say(all.length ? told.some(all.length) : told.none);
  };
  input.addEventListener("input", (event) => {
    if (event.detail === "filled" || !event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown") { event.preventDefault(); if (open) move(at + 1); else ask(); }
    else if (event.key === "ArrowUp" && open) { event.preventDefault(); move(at - 1); }
    else if (event.key === "Enter" && open && at >= 0) { event.preventDefault(); choose(options()[at]); }
    else if (event.key === "Escape" && open) { event.preventDefault(); close(); }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => { const option = event.target.closest('[role="option"]'); if (option) choose(option); });
}

// ---- rows
const rowsOf = (holder) => [...holder.children].filter((row) => row.classList.contains("repeat") && !row.hidden);
const inputsOf = (row) => [...row.querySelectorAll("input, select, textarea")];
function number(holder) {
  const rows = rowsOf(holder);
  rows.forEach((row, place) => {
    const shown = row.querySelector("[data-row-number]");
    if (shown) shown.textContent = place + 1;
    row.dataset.rowEnd = place === 0 ? "first" : place === rows.length - 1 ? "last" : "";
    if (rows.length === 1) for (const button of row.querySelectorAll('[data-row="up"], [data-row="down"]')) button.hidden = true;
    else for (const button of row.querySelectorAll('[data-row="up"], [data-row="down"]')) button.hidden = false;
  });
}
const state = (input) => (input.type === "checkbox" ? input.checked : input.value);
const put = (input, value) => { if (input.type === "checkbox") input.checked = value; else input.value = value; };
function swap(one, other) {
  const left = inputsOf(one);
  const right = inputsOf(other);
  left.forEach((input, place) => { const kept = state(input); put(input, state(right[place])); put(right[place], kept); });
  [...left, ...right].forEach(change);
}
function removeRow(row, holder) {
  // kept in the form, hidden and empty: the row is dropped when the form is read, and the list is still sent
  const inputs = inputsOf(row);
  inputs.forEach((input) => put(input, input.type === "checkbox" ? false : input.tagName === "SELECT" ? input.value : ""));
  const next = rowsOf(holder)[rowsOf(holder).indexOf(row) + 1] || rowsOf(holder)[rowsOf(holder).indexOf(row) - 1];
  row.hidden = true;
  number(holder);
  change(inputs.find((input) => input.type === "text") || inputs[0]);
  const target = next ? next.querySelector("[data-row]") : form.querySelector(`[data-add="${holder.dataset.rows}"]`);
  if (target) target.focus();
}
function addRow(holder) {
  const all = [...holder.children].filter((row) => row.classList.contains("repeat"));
  const last = all[all.length - 1];
  if (last.tagName === "DETAILS" && !last.open && !last.hidden && isEmpty(last)) { last.open = true; return last; }
  const prefix = holder.dataset.rows;
  const next = all.length;
  const row = last.cloneNode(true);
  row.hidden = false;
  if (row.tagName === "DETAILS") row.open = true;
  for (const wrong of row.querySelectorAll(".problem, .from, .found > ul")) wrong.remove();
  for (const found of row.querySelectorAll(".found")) found.replaceWith(...found.childNodes);
  for (const element of row.querySelectorAll("*")) {
    for (const name of ["id", "for", "name", "value", "aria-describedby"]) {
      const text = element.getAttribute(name);
      if (text) element.setAttribute(name, text.replace(new RegExp(`(${prefix}[.-])\\d+([.-])`), `$1${next}$2`));
    }
    element.classList.remove("wrong");
    element.removeAttribute("aria-invalid");
  }
  for (const input of inputsOf(row)) {
    delete input.dataset.ready;
    put(input, input.type === "checkbox" ? false : input.tagName === "SELECT" ? input.options[0].value : "");
  }
  holder.append(row);
  row.querySelectorAll("[data-find]").forEach(combobox);
  number(holder);
  return row;
}
function isEmpty(row) {
  return inputsOf(row).every((input) => input.type === "hidden" || input.tagName === "SELECT" || !state(input));
}
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.row) {
    event.preventDefault();
    const row = button.closest(".repeat");
    const holder = row.parentElement;
    if (button.dataset.row === "remove") { removeRow(row, holder); return; }
    const rows = rowsOf(holder);
    const other = rows[rows.indexOf(row) + (button.dataset.row === "up" ? -1 : 1)];
    if (!other) return;
    swap(row, other);
    other.querySelector(`[data-row="${button.dataset.row}"]`).focus();
  } else if (button.dataset.add) {
    event.preventDefault();
    const row = addRow(form.querySelector(`[data-rows="${button.dataset.add}"]`));
    row.querySelector("input:not([type=hidden])").focus();
  } else if (button.dataset.me) {
    event.preventDefault();
    const holder = form.querySelector(`[data-rows="${button.dataset.me}"]`);
    const row = rowsOf(holder).find(isEmpty) || addRow(holder);
    const start = row.querySelector("input:not([type=hidden])").name.replace(/[^.]*$/, "");
    fillRow(start, JSON.parse(button.dataset.fill));
    row.querySelector("input:not([type=hidden])").focus();
  }
});

// ---- what a licence or a kind of access means
for (const place of form.querySelectorAll("[data-explains]")) {
  const select = document.getElementById(place.dataset.explains);
  if (!select) continue;
  select.addEventListener("change", () => {
    const found = form.querySelector(`[data-explanation="${CSS.escape(select.value)}"]`);
    place.textContent = found ? found.textContent : "";
  });
}

form.querySelectorAll("[data-find]").forEach(combobox);
form.querySelectorAll("[data-rows]").forEach(number);
for (const element of document.querySelectorAll("[data-without-script]")) element.hidden = true;
})();
