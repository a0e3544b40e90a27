// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of a draft, sent in pieces by tus 1.0: with progress, pause, and going on after a lost connection or a reload.
// Without this script the form sends them at once.
"use strict";

{
  const PIECE = 16 * 1024 * 1024;
  const AT_ONCE = 2;
  const WAITS = [1, 2, 4, 8, 15, 30]; // seconds before the next try
  const TOLD_EVERY = 15000; // milliseconds between two spoken lines of progress
  const french = document.documentElement.lang === "fr";
  const words = french
    ? {
      sending: "Envoi", of: "sur", left: "restantes", pause: "Suspendre", resume: "Reprendre", cancel: "Abandonner",
      waiting: "en attente", sent: "envoyé", paused: "Envoi suspendu.", lost: "Connexion perdue : l’envoi reprendra de lui-même.",
      refused: "Refusé :", failed: "Certains fichiers n’ont pas été envoyés ; les raisons sont dans la liste.",
      done: "Tous les fichiers sont envoyés.", login: "Vous n’êtes plus connecté. Reconnectez-vous, puis choisissez les mêmes fichiers : l’envoi reprendra.",
      minutes: "min", seconds: "s", files: "fichiers", file: "fichier", dropped: "abandonné",
    }
    : {
      sending: "Sending", of: "of", left: "left", pause: "Pause", resume: "Go on", cancel: "Give up",
      waiting: "waiting", sent: "sent", paused: "Sending is paused.", lost: "Connection lost: sending goes on by itself.",
      refused: "Refused:", failed: "Some files were not sent; the list says why.",
      done: "All files are sent.", login: "You are no longer logged in. Log in, then choose the same files: sending goes on.",
      minutes: "min", seconds: "s", files: "files", file: "file", dropped: "given up",
    };

  class Stopped extends Error {}
  class Refused extends Error {}

  const size = (bytes) => {
    const units = french ? ["o", "ko", "Mo", "Go", "To"] : ["B", "kB", "MB", "GB", "TB"];
    let rank = 0;
    while (bytes >= 1000 && rank < 4) { bytes /= 1000; rank += 1; }
    return `${bytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: rank > 2 ? 1 : 0 })} ${units[rank]}`;
  };
  const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
  const metadata = (said) => Object.entries(said).map(([key, value]) => `${key} ${base64(new TextEncoder().encode(value))}`).join(",");
  const pause = (seconds) => new Promise((go) => {
    const timer = setTimeout(done, seconds * 1000);
    function done() { clearTimeout(timer); removeEventListener("online", done); go(); }
    addEventListener("online", done);
  });

  // One request; its answer, whatever it is, or status 0 when the connection was lost.
  const ask = (method, url, headers, body, progress, hold) => new Promise((tell, stop) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.setRequestHeader("Tus-Resumable", "1.0.0");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    if (progress) request.upload.addEventListener("progress", (step) => progress(step.loaded));
    request.addEventListener("abort", () => stop(new Stopped()));
    request.addEventListener("loadend", () => tell(request));
    if (hold) hold(request);
    request.send(body || null);
  });

  class Sending {
    constructor(file, path, page) {
      Object.assign(this, { file, path, page, url: "", offset: 0, seen: 0, state: "waiting" });
      this.row = document.createElement("li");
      const name = document.createElement("span");
      name.className = "mono";
      name.textContent = `${path} `;
      this.bar = document.createElement("progress");
      this.bar.max = Math.max(1, file.size);
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", path);
      this.note = document.createElement("span");
      this.note.className = "small soft";
      this.stop = document.createElement("button");
      this.stop.type = "button";
      this.stop.className = "quiet small";
      this.stop.append(words.cancel);
      const whose = document.createElement("span");
      whose.className = "hidden";
      whose.textContent = ` ${path}`;
      this.stop.append(whose);
      this.stop.addEventListener("click", () => this.giveUp());
      this.row.append(name, this.bar, " ", this.note, " ", this.stop);
      this.show();
    }

    show(note) {
      this.bar.value = this.seen;
      this.note.textContent = note || (this.state === "sent" ? words.sent : this.seen ? `${size(this.seen)} ${words.of} ${size(this.file.size)}` : words.waiting);
      this.stop.hidden = ["sent", "refused", "dropped"].includes(this.state);
      this.page.tell();
    }

    at(bytes) { this.seen = bytes; this.show(); }

    async giveUp() {
      this.state = "dropped";
      this.show(words.dropped);
      if (this.request) this.request.abort();
      if (this.url) await ask("DELETE", this.url, this.page.token);
    }

    async piece(start) {
      const body = this.file.slice(start, start + PIECE);
      const headers = { ...this.page.token, "Content-Type": "application/offset+octet-stream" };
      if (crypto.subtle) headers["Upload-Checksum"] = `sha256 ${base64(await crypto.subtle.digest("SHA-256", await body.arrayBuffer()))}`;
      return [body, headers];
    }

    // Sends what is missing; throws Refused when that is of no use, Stopped when it was paused or given up.
    async run() {
      if (this.state === "dropped") return;
      this.state = "sending";
      for (let tries = 0; this.state === "sending";) {
        await this.page.going();
        if (this.state !== "sending") break;
        if (tries && !this.url) await this.page.recognise([this]); // it may have begun, and the answer was lost
        const answer = this.url ? await this.more(tries) : await this.begin();
        if (answer.status >= 200 && answer.status < 300) {
          this.url = this.url || answer.getResponseHeader("Location");
          this.offset = Number(answer.getResponseHeader("Upload-Offset"));
          this.at(this.offset);
          tries = 0;
          if (this.offset === this.file.size) { this.state = "sent"; this.show(); }
        } else {
          this.check(answer);
          this.show(words.lost);
          this.page.say(words.lost);
          await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
          tries += 1;
        }
      }
    }

    async begin() {
      const said = { path: this.path, modified: String(this.file.lastModified) };
      if (this.file.type) said.type = this.file.type;
      const known = { ...this.page.token, "Upload-Length": String(this.file.size), "Upload-Metadata": metadata(said) };
      if (this.file.size > PIECE || !this.file.size) return ask("POST", this.page.address, known);
      const [body, headers] = await this.piece(0);
      return this.send("POST", this.page.address, { ...headers, ...known }, body, 0);
    }

    // What the server has.
    async ask() {
      if (!this.url) { await this.page.recognise([this]); return null; }
      const told = await ask("HEAD", this.url, {});
      if (told.status !== 200) return told;
      this.offset = Number(told.getResponseHeader("Upload-Offset"));
      this.at(this.offset);
      return told;
    }

    async more(tries) {
      if (tries) { // something was lost
        const told = await this.ask();
        if (told.status !== 200 || this.offset === this.file.size) return told;
      }
      const [body, headers] = await this.piece(this.offset);
      headers["Upload-Offset"] = String(this.offset);
      return this.send("PATCH", this.url, headers, body, this.offset);
    }

    async send(method, url, headers, body, start) {
      try {
        return await ask(method, url, headers, body, (loaded) => this.at(start + loaded), (request) => { this.request = request; });
      } finally {
        this.request = null;
      }
    }

    check(answer) {
      if (answer.status === 401) throw new Refused(words.login);
      if ([0, 409, 423, 460].includes(answer.status) || (answer.status >= 500 && answer.status !== 507)) return;
      let told = {};
      try { told = JSON.parse(answer.responseText); } catch { /* a page of a proxy */ }
      const reasons = (told.problems || []).map((item) => `${item.what} ${item.cure}`).join(" ");
      throw new Refused(`${words.refused} ${told.message || answer.status} ${reasons} ${told.cure || ""}`.trim());
    }
  }

  class Page {
    constructor(form) {
      Object.assign(this, { form, queue: [], all: [], paused: null, told: 0, began: 0, before: 0 });
      this.address = form.dataset.upload;
      this.token = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      this.status = form.querySelector("[data-told]");
      this.rows = form.querySelector("[data-rows]");
      this.button = form.querySelector("[data-pause]");
      this.button.textContent = words.pause;
      this.button.addEventListener("click", () => this.turn());
      for (const part of form.querySelectorAll("[data-with-script]")) part.hidden = false;
      addEventListener("beforeunload", (event) => { if (this.busy()) event.preventDefault(); });
    }

    busy() { return this.all.some((item) => ["waiting", "sending"].includes(item.state)); }

    going() { return this.paused ? this.paused.wait : null; }

    turn() {
      if (this.paused) {
        this.paused.go();
        this.paused = null;
        this.button.textContent = words.pause;
        this.say(`${words.sending}…`);
        return;
      }
      const paused = {};
      paused.wait = new Promise((go) => { paused.go = go; });
      this.paused = paused;
      for (const item of this.all) if (item.request) item.request.abort();
      this.button.textContent = words.resume;
      this.say(words.paused);
    }

    say(line) { this.status.textContent = line; this.told = Date.now(); }

    // Spoken politely: a line now and then, not one a piece.
    tell() {
      if (!this.began || this.paused || Date.now() - this.told < TOLD_EVERY) return;
      const total = this.all.reduce((sum, item) => sum + item.file.size, 0);
      const seen = this.all.reduce((sum, item) => sum + item.seen, 0);
      const speed = (seen - this.before) / ((Date.now() - this.began) / 1000);
      const seconds = speed > 0 ? Math.round((total - seen) / speed) : 0;
      const left = seconds > 90 ? `${Math.round(seconds / 60)} ${words.minutes}` : `${seconds} ${words.seconds}`;
      this.say(`${words.sending}: ${size(seen)} ${words.of} ${size(total)}${seconds ? `, ${left} ${words.left}` : ""}`);
    }

    // Uploads that were begun before a reload, or on another machine, go on: same path, size and date of change.
    async recognise(items) {
      const answer = await ask("GET", this.address, {});
      if (answer.status !== 200) return;
      const known = JSON.parse(answer.responseText);
      for (const item of items) {
        const earlier = known.find((one) => one.path === item.path.normalize("NFC") && one.length === item.file.size
          && one.metadata.modified === String(item.file.lastModified));
        if (!earlier) continue;
        Object.assign(item, { url: earlier.url, offset: earlier.offset });
        item.at(earlier.offset);
      }
    }

    async add(chosen) {
      if (!chosen.length) return;
      const items = chosen.map(([file, path]) => new Sending(file, path, this));
      await this.recognise(items);
      for (const item of items) {
        this.before += item.offset;
        this.all.push(item);
        this.queue.push(item);
        this.rows.append(item.row);
      }
      this.rows.hidden = this.button.hidden = false;
      this.say(`${words.sending}: ${this.all.length} ${this.all.length > 1 ? words.files : words.file}`);
      if (this.began) return;
      this.began = Date.now();
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
      this.end();
    }

    async work() {
      for (let item = this.queue.shift(); item; item = this.queue.shift()) {
        try {
          await item.run();
        } catch (error) {
          if (item.state === "dropped") continue;
          if (error instanceof Stopped) { // by the pause: what had come of the piece?
            await this.going();
            await item.ask();
            this.queue.unshift(item);
          } else {
            item.state = "refused";
            item.show(error.message);
          }
        }
      }
    }

    end() {
      this.began = 0;
      this.button.hidden = true;
      if (this.all.some((item) => item.state === "refused")) { this.say(words.failed); return; }
      this.say(words.done);
      if (this.all.some((item) => item.state === "sent")) location.assign(this.form.dataset.next);
    }
  }

  const inFolder = (entry) => new Promise((tell) => {
    if (entry.isFile) { entry.file((file) => tell([[file, entry.fullPath.replace(/^\//, "")]]), () => tell([])); return; }
    const reader = entry.createReader();
    const found = [];
    const next = () => reader.readEntries(async (entries) => {
      if (!entries.length) { tell((await Promise.all(found.map(inFolder))).flat()); return; }
      found.push(...entries);
      next();
    }, () => tell([]));
    next();
  });

  for (const form of document.querySelectorAll("form[data-upload]")) {
    const page = new Page(form);
    const input = form.querySelector("#f-files");
    const folder = form.querySelector("#f-folder");
    const box = form.querySelector(".drop");
    for (const name of ["dragover", "dragleave", "drop"]) {
      box.addEventListener(name, (event) => {
        event.preventDefault();
        box.classList.toggle("over", name === "dragover");
        if (name !== "drop") return;
        const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
        Promise.all(entries.map(inFolder)).then((found) => page.add(found.flat()));
      });
    }
    form.addEventListener("submit", (event) => {
      const chosen = [...input.files, ...folder.files].map((file) => [file, file.webkitRelativePath || file.name]);
      if (!chosen.length) return;
      event.preventDefault();
      form.reset();
      page.add(chosen);
    });
  }
}
