/* The answers: keyboard, saving as you go, and what is still to be looked at.
   Every answer is sent as soon as it is confirmed or left; the sheet can be closed any time. */
(function () {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  let fields = [...desk.querySelectorAll(".field")];
  const savedLine = document.querySelector("[data-saved]");
  const todoLine = document.querySelector("[data-todo]");
  const againLine = document.querySelector("[data-again]");
  const acceptForm = document.querySelector("[data-accept]");
  const keysDialog = document.querySelector("[data-keys]");
  const locked = desk.dataset.locked === "yes";
  let here = null;
  let since = 0;
  let keystrokes = 0;
  let second = Number(desk.dataset.second);

  const isOpen = (field) => field.classList.contains("is-open");
  const textOf = (field) => field.querySelector("input[type=text]");
  const inputs = (field) => [...field.querySelectorAll("input")];

  function valueOf(field) {
    const text = textOf(field);
    if (text) return text.value.trim() === "" && field.dataset.unreadable ? null : text.value;
    const chosen = inputs(field).filter((input) => input.checked).map((input) => input.value);
    if (field.dataset.kind === "multiple") return chosen;
    if (field.dataset.kind === "ink") return chosen.length ? chosen[0] === "ada" : null;
    return chosen.length && chosen[0] !== "" ? chosen[0] : null;
  }

  for (const field of fields) field.last = JSON.stringify(valueOf(field));

  /* --- saving --- */
  function say(text, trouble) {
    savedLine.textContent = text;
    savedLine.classList.toggle("trouble", Boolean(trouble));
  }

  function showProblem(field, text, soft) {
    const line = field.querySelector(".problem");
    line.textContent = text || "";
    line.hidden = !text;
    line.classList.toggle("soft", Boolean(soft));
    field.classList.toggle("has-problem", Boolean(text) && !soft);
  }

  const saving = window.Saving(desk, { say, took, refused, conflict, leaving: () => here && save(here, false) });

  function took({ field, sent, undo }, body) {
    if (undo) return undone(body);
    window.Versus.hide(field);
    const text = textOf(field);
    if (text && body.text !== null && JSON.stringify(valueOf(field)) === sent) {
      text.value = body.text;
      field.last = JSON.stringify(valueOf(field));
    }
    showProblem(field, "", true);
    field.classList.remove("is-open", "is-empty", "is-sure", "is-differ");
    field.classList.add("is-decided");
    field.dataset.seen = body.seen;
    field.querySelector(".flag").textContent = body.flag;
    showLine(field.querySelector(".was"), body.was);
    field.querySelector(".awaits").hidden = !body.awaits;
    settled(field.dataset.field, "decided");
    around(body);
    return say(saving.isLast() ? "Semua tersimpan" : "Menyimpan …");
  }

  function showLine(line, text) {
    line.textContent = text;
    line.hidden = !text;
  }

  /* The sheet as a whole after an answer: warnings, what is open, what a second person must key. */
  function around(body) {
    for (const one of fields) {
      const isHard = one.classList.contains("has-problem");
      if (!isHard) showProblem(one, body.warnings[one.dataset.field], true);
    }
    todoLine.replaceChildren(...wordsOfTodo(body.open));
    second = body.second;
    againLine.hidden = second === 0;
    againLine.querySelector("b").textContent = String(second);
    const words = acceptForm && acceptForm.querySelector("[data-accept-words]");
    if (words) words.textContent = second ? words.dataset.wait : words.dataset.done;
  }

  function settled(name, state) {
    if (window.Paper) window.Paper.mark(name, state);
    for (const jump of document.querySelectorAll("[data-jump]")) {
      if (jump.dataset.jump === name) jump.classList.toggle("is-done", state === "decided");
    }
  }

  /* --- taken back, and answers that others gave meanwhile --- */
  const fieldOf = (name) => fields.find((one) => one.dataset.field === name);

  function put(name, html) {
    const piece = document.createElement("template");
    piece.innerHTML = html;
    const fresh = piece.content.querySelector(".field");
    const old = fieldOf(name);
    if (here === old) here = null;
    old.replaceWith(fresh);
    fields = fields.map((one) => (one === old ? fresh : one));
    fresh.last = JSON.stringify(valueOf(fresh));
    window.Combs.setUp(fields);
    settled(name, isOpen(fresh) ? "open" : fresh.classList.contains("is-decided") ? "decided" : "sure");
    focusOn(fresh);
  }

  function undone(body) {
    if (!body.field) return say(body.said, true);
    put(body.field, body.html);
    around(body);
    return say(body.said);
  }

  function undo() {
    if (locked || saving.isStopped()) return;
    if (here) save(here, false);
    saving.push({}, { undo: true }, desk.dataset.undoAt);
  }

  async function fetchAgain(field) {
    const name = field.dataset.field;
    const answer = await fetch(desk.dataset.fieldAt.replace("ISIAN", name), { redirect: "manual" });
    if (answer.status !== 200) return window.location.reload();
    put(name, await answer.text());
    return say("Semua tersimpan");
  }

  function mine(field) {
    const text = textOf(field);
    if (text) return text.value;
    const chosen = inputs(field).filter((input) => input.checked);
    return chosen.map((input) => input.nextElementSibling.firstChild.textContent.trim()).join(", ") || "tidak diisi";
  }

  function conflict({ field }, body) {
    window.Versus.show(field, body.error, body.conflict, mine(field), {
      theirs: () => fetchAgain(field),
      mine: () => {
        field.dataset.seen = body.conflict.seen;
        window.Versus.hide(field);
        save(field, true);
      },
    });
    field.classList.add("is-open");
    field.scrollIntoView({ block: "center" });
    return say("Belum tersimpan: rekan menjawab isian yang sama. Lihat bedanya.", true);
  }

  function refused({ field }, problem) {
    field.last = "";
    field.classList.add("is-open");
    showProblem(field, problem, false);
    say("Satu isian belum tersimpan", true);
  }

  function wordsOfTodo(open) {
    if (open === 0) return ["Semua sudah diperiksa"];
    const number = document.createElement("b");
    number.textContent = String(open);
    return [number, " perlu diperiksa"];
  }

  function save(field, force) {
    const value = valueOf(field);
    const sent = JSON.stringify(value);
    if (locked || saving.isStopped() || (!force && sent === field.last)) return;
    field.last = sent;
    saving.push(
      {
        field: field.dataset.field,
        value: sent,
        shown: field.dataset.seen,
        ms: field === here ? Math.round(performance.now() - since) : 0,
        keys: field === here ? keystrokes : 0,
        ...(knownOf(field) && knownOf(field).dataset.known === value ? { known: "on" } : {}),
      },
      { field, sent },
    );
    since = performance.now();
    keystrokes = 0;
  }

  const knownOf = (field) => field.querySelector("[data-known]");

  /* What the register has of this person goes into the entry; Enter confirms it, as any other. */
  function useKnown(field) {
    const button = knownOf(field);
    const text = textOf(field);
    if (!button || !text) return;
    text.value = button.dataset.known;
    window.Combs.count(field);
    text.focus({ preventScroll: true });
  }

  /* --- moving --- */
  function boxOf(field) {
    const text = field.dataset.box;
    return text ? text.split(" ").map(Number) : null;
  }

  function enter(field) {
    if (field === here) return;
    if (here) {
      here.classList.remove("is-here");
      save(here, false);
    }
    here = field;
    since = performance.now();
    keystrokes = 0;
    if (!field) return;
    field.classList.add("is-here");
    if (window.Paper) window.Paper.show(field.dataset.page, boxOf(field));
  }

  function focusOn(field) {
    if (!field) return;
    const hidden = field.closest("[data-rows]");
    if (hidden && hidden.hidden) unfold(hidden);
    const target =
      field.querySelector("[data-rival]") ||
      field.querySelector(".choice.doubtful input") ||
      inputs(field).find((input) => input.checked && input.type === "radio") ||
      inputs(field)[0];
    enter(field);
    if (target) {
      target.focus({ preventScroll: true });
      if (target.type === "text") window.Doubts.next(field);
    }
    field.scrollIntoView({ block: "center" });
  }

  const visible = () => fields.filter((field) => field.offsetParent !== null);

  function step(by) {
    const list = visible();
    const at = list.indexOf(here);
    focusOn(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))]);
  }

  function nextOpen(by) {
    const at = fields.indexOf(here);
    const count = fields.length;
    for (let i = 1; i <= count; i += 1) {
      const field = fields[(((at + by * i) % count) + count) % count];
      if (isOpen(field) && field !== here) return focusOn(field);
    }
    const accept = acceptForm && acceptForm.querySelector("button[type=submit]");
    if (accept && !(here && isOpen(here))) accept.focus();
    return undefined;
  }

  function confirm(field) {
    const text = textOf(field);
    if (text && text.value.trim() === "" && field.dataset.ink === "yes" && isOpen(field) && !field.dataset.blank && !field.dataset.unreadable) {
      showProblem(field, "Ada tulisan di kertas. Ketik isinya; F9 bila tidak terbaca, F4 bila sebenarnya kosong.", false);
      return;
    }
    if (tooShort(field)) return;
    if (emptyUnasked(field)) return;
    const picked = text || field.dataset.kind === "multiple" || inputs(field).some((input) => input.checked);
    if (!picked && isOpen(field)) {
      showProblem(field, "Pilih dulu jawabannya.", true);
      return;
    }
    const wasOpen = isOpen(field);
    save(field, wasOpen);
    if (wasOpen) field.classList.remove("is-open");
    nextOpen(1);
  }

  /* No mark in a question of several answers, and the machine does not know either: ask once. */
  function emptyUnasked(field) {
    const isBlank = field.dataset.kind === "multiple" && !field.dataset.guess && !inputs(field).some((input) => input.checked);
    if (!isBlank || !isOpen(field) || field.askedBlank) return false;
    field.askedBlank = true;
    showProblem(field, "Tidak ada yang dipilih. Bila di kertas memang begitu, tekan Enter sekali lagi.", true);
    return true;
  }

  /* A number that misses digits is nearly always a slip: ask once, then believe. */
  function tooShort(field) {
    const text = textOf(field);
    const missing = text ? window.Combs.missing(field) : 0;
    if (missing === 0 || field.shortText === text.value) return false;
    field.shortText = text.value;
    showProblem(field, `Baru ${window.Combs.digits(field)} angka, kurang ${missing}. Bila di kertas memang begitu, tekan Enter sekali lagi.`, true);
    return true;
  }

  function setEmpty(field, mark) {
    const text = textOf(field);
    if (!text) return;
    text.value = "";
    delete field.dataset.blank;
    delete field.dataset.unreadable;
    field.dataset[mark] = "1";
    save(field, true);
    field.classList.remove("is-open");
    nextOpen(1);
  }

  function chooseRival(field, button) {
    const text = textOf(field);
    text.value = button.dataset.rival;
    window.Combs.count(field);
    save(field, true);
    field.classList.remove("is-open");
    nextOpen(1);
  }

  function pick(field, digit) {
    const rivals = [...field.querySelectorAll("[data-rival]")];
    if (rivals.length) {
      if (rivals[digit - 1]) return chooseRival(field, rivals[digit - 1]);
      const text = textOf(field);
      text.focus();
      return text.setRangeText(String(digit), text.value.length, text.value.length, "end");
    }
    return pickChoice(field, digit);
  }

  function pickChoice(field, digit) {
    const all = inputs(field).filter((input) => input.type !== "text");
    const none = all.find((input) => input.closest(".none"));
    const target = digit === 0 ? none : all.filter((input) => input !== none)[digit - 1];
    if (!target) return;
    target.checked = target.type === "radio" ? true : !target.checked;
    target.focus({ preventScroll: true });
    save(field, true);
  }

  function unfold(rows) {
    rows.hidden = false;
    const line = desk.querySelector(`[data-unfold="${rows.id}"]`);
    if (line) line.closest(".blank").hidden = true;
    window.Combs.arrange();
  }

  /* --- keys --- */
  const commandFor = window.DeskKeys({
    here: () => here,
    help: () => keysDialog.showModal(),
    accept: () => acceptForm && acceptForm.requestSubmit(),
    inputs, valueOf, nextOpen, setEmpty, pick, confirm, step, undo, useKnown,
  });

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("[data-other]")) return;
    keystrokes += 1;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    command();
  });

  desk.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field) enter(field);
  });
  desk.addEventListener("change", (event) => {
    const field = event.target.closest(".field");
    if (field && event.target.type !== "text") save(field, true);
  });
  desk.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (!field || event.target.type !== "text") return;
    if (event.target.inputMode === "numeric") event.target.value = event.target.value.replace(/[^0-9 ]/g, "");
    delete field.dataset.blank;
    delete field.dataset.unreadable;
    showProblem(field, "", false);
    window.Combs.count(field);
  });
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.unfold) {
      const rows = document.getElementById(button.dataset.unfold);
      unfold(rows);
      focusOn(rows.querySelector(".field"));
      return;
    }
    const field = event.target.closest(".field");
    if (!field || event.target.closest(".versus")) return;
    if (button && button.dataset.rival !== undefined) chooseRival(field, button);
    else if (button && button.dataset.known) useKnown(field);
    else if (button && button.dataset.do === "confirm") confirm(field);
    else if (button && button.dataset.do === "other") window.Doubts.other(field);
    else if (button && button.dataset.do) setEmpty(field, button.dataset.do);
    else if (!event.target.closest("input, label, a")) focusOn(field);
  });
  document.addEventListener("paper:point", (event) => {
    const [x, y] = event.detail.point;
    const hit = fields.find((field) => {
      const box = field.dataset.page === event.detail.page && boxOf(field);
      return box && x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    });
    if (!hit || hit === here) return;
    event.preventDefault();
    focusOn(hit);
  });

  window.Combs.setUp(fields);
  window.Doubts.setUp(desk);

  /* --- leaving and accepting --- */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && here) save(here, false);
  });
  window.addEventListener("pageshow", (event) => {
    /* The back button shows an old copy of the page: fetch what is true now. */
    if (event.persisted) window.location.reload();
  });
  if (acceptForm) {
    window.Accepting(acceptForm, {
      leave: () => here && save(here, false),
      fields: () => fields,
      second: () => second,
      saving, isOpen, focusOn, showProblem, say,
    });
  }
  for (const button of document.querySelectorAll("[data-open-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.openDialog).showModal());
  }
  for (const form of document.querySelectorAll("form:has([data-once-version])")) {
    form.addEventListener("submit", () => { form.elements.version.value = saving.version(); });
  }
  for (const jump of document.querySelectorAll("[data-jump]")) {
    jump.addEventListener("click", () => focusOn(fieldOf(jump.dataset.jump)));
  }
  for (const button of document.querySelectorAll("[data-undo]")) button.addEventListener("click", undo);
  for (const button of document.querySelectorAll("[data-next-open]")) {
    button.addEventListener("click", () => nextOpen(1));
  }
  /* A grid leads to a field of this sheet by its name behind the #. */
  const start =
    fields.find((field) => field.dataset.field === decodeURIComponent(window.location.hash.slice(1))) ||
    fields.find((field) => field.classList.contains("has-problem")) ||
    fields.find((field) => field.classList.contains("is-differ")) ||
    fields.find(isOpen);
  if (start && !locked) focusOn(start);
  else if (!locked && acceptForm) acceptForm.querySelector("button[type=submit]").focus();

  /* The office computer opens the next sheet's pages already: decoding one takes it a while. The
     browser keeps nothing of them. */
  window.addEventListener("load", () => setTimeout(() => {
    for (const page of desk.dataset.upcoming.split(" ").filter(Boolean)) new Image().src = `/gambar/${page}/`;
  }, 600));
})();
