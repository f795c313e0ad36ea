/* The answers: keyboard, saving as you go, and what is still to be looked at.
   Every answer is sent as soon as it is confirmed or left; the sheet can be closed any time. */
(function () {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const fields = [...desk.querySelectorAll(".field")];
  const savedLine = document.querySelector("[data-saved]");
  const todoLine = document.querySelector("[data-todo]");
  const acceptForm = document.querySelector("[data-accept]");
  const keysDialog = document.querySelector("[data-keys]");
  const locked = desk.dataset.locked === "yes";
  let here = null;
  let since = 0;
  let keystrokes = 0;
  let warned = false;

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

  const saving = window.Saving(desk, { say, took, refused, leaving: () => here && save(here, false) });

  function took({ field, sent }, body) {
    const text = textOf(field);
    if (text && body.text !== null && JSON.stringify(valueOf(field)) === sent) {
      text.value = body.text;
      field.last = JSON.stringify(valueOf(field));
    }
    showProblem(field, "", true);
    field.classList.remove("is-open", "is-empty", "is-sure");
    field.classList.add("is-decided");
    field.querySelector(".flag").textContent = body.flag;
    for (const one of fields) {
      const isHard = one.classList.contains("has-problem");
      if (!isHard) showProblem(one, body.warnings[one.dataset.field], true);
    }
    todoLine.replaceChildren(...wordsOfTodo(body.open));
    say(saving.isLast() ? "Semua tersimpan" : "Menyimpan …");
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
        ms: field === here ? Math.round(performance.now() - since) : 0,
        keys: field === here ? keystrokes : 0,
      },
      { field, sent },
    );
    since = performance.now();
    keystrokes = 0;
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
      field.querySelector(".choice.doubtful input") ||
      inputs(field).find((input) => input.checked && input.type === "radio") ||
      inputs(field)[0];
    enter(field);
    if (target) {
      target.focus({ preventScroll: true });
      if (target.type === "text") target.setSelectionRange(target.value.length, target.value.length);
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

  function pick(field, digit) {
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
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const COMMANDS = {
    F1: () => keysDialog.showModal(),
    F2: () => window.Paper && window.Paper.cycleZoom(),
    F4: () => here && setEmpty(here, "blank"),
    F8: (event) => nextOpen(event.shiftKey ? -1 : 1),
    F9: () => here && setEmpty(here, "unreadable"),
  };

  function typing(target) {
    return target.matches("input[type=text], textarea");
  }

  function plainKey(event) {
    if (event.key === "?") return () => keysDialog.showModal();
    if (event.key === "+") return () => window.Paper && window.Paper.zoomBy(1);
    if (event.key === "-") return () => window.Paper && window.Paper.zoomBy(-1);
    if (event.key.toLowerCase() === "h") return () => window.Paper && window.Paper.turn();
    if (/^[0-9]$/.test(event.key) && here) return () => pick(here, Number(event.key));
    return null;
  }

  function sidestep(event) {
    const group = inputs(here).filter((input) => input.type !== "text");
    const at = group.indexOf(event.target);
    if (at < 0) return null;
    const next = group[at + (event.key === "ArrowRight" ? 1 : -1)];
    return () => next && next.focus();
  }

  function commandFor(event) {
    if (event.key === "Enter" && event.ctrlKey) return () => acceptForm && acceptForm.requestSubmit();
    if (event.ctrlKey && ARROWS[event.key] && !typing(event.target)) {
      return () => window.Paper && window.Paper.pan(...ARROWS[event.key]);
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return null;
    if (COMMANDS[event.key]) return () => COMMANDS[event.key](event);
    const inField = event.target.closest(".field");
    if (event.key === "Enter" && inField && event.target.tagName === "INPUT") return () => confirm(inField);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return () => step(event.key === "ArrowDown" ? 1 : -1);
    if (typing(event.target)) return null;
    if (inField && here && ARROWS[event.key]) return sidestep(event);
    return plainKey(event);
  }

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
    if (!field) return;
    if (button && button.dataset.do === "confirm") confirm(field);
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

  /* --- leaving and accepting --- */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && here) save(here, false);
  });
  window.addEventListener("pageshow", (event) => {
    /* The back button shows an old copy of the page: fetch what is true now. */
    if (event.persisted) window.location.reload();
  });
  if (acceptForm) {
    acceptForm.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (here) save(here, false);
      const button = acceptForm.querySelector("button[type=submit]");
      button.disabled = true;
      await saving.idle();
      if (saving.isStopped()) return;
      const open = fields.find(isOpen);
      if (open) {
        button.disabled = false;
        focusOn(open);
        showProblem(open, "Periksa dulu bagian ini, baru lembar dapat diterima.", false);
        return;
      }
      const doubted = fields.find((field) => !field.querySelector(".problem").hidden);
      if (doubted && !warned) {
        warned = true;
        button.disabled = false;
        focusOn(doubted);
        say("Ada peringatan. Sudah benar? Tekan Terima sekali lagi.", true);
        return;
      }
      acceptForm.elements.version.value = saving.version();
      acceptForm.submit();
    });
  }
  for (const button of document.querySelectorAll("[data-open-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.openDialog).showModal());
  }
  for (const button of document.querySelectorAll("[data-next-open]")) {
    button.addEventListener("click", () => nextOpen(1));
  }
  const start = fields.find((field) => field.classList.contains("has-problem")) || fields.find(isOpen);
  if (start && !locked) focusOn(start);
  else if (!locked && acceptForm) acceptForm.querySelector("button[type=submit]").focus();
})();
