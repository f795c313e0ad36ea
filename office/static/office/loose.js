/* The tray: arrows go from page to page. One loose page: turn it, type four characters of its
   code, choose with arrows, Enter puts it there. */
(function () {
  "use strict";
  const tray = document.querySelector("[data-tray]");
  if (tray) {
    const cards = [...tray.querySelectorAll("a.thumb")];
    const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !STEPS[event.key] || !cards.length) return;
      if (document.querySelector("dialog[open]")) return;
      const at = cards.indexOf(document.activeElement);
      const next = at < 0 ? 0 : Math.max(0, Math.min(cards.length - 1, at + STEPS[event.key]));
      event.preventDefault();
      cards[next].focus();
    });
  }

  const desk = document.querySelector("[data-loose]");
  if (!desk) return;
  const image = desk.querySelector("[data-picture]");
  const code = document.getElementById("kode");
  const list = desk.querySelector("[data-choices]");
  const dialog = document.querySelector("[data-dialog]");
  let turn = Number(image.dataset.rotation);
  let turnedByHand = false;
  let chosen = -1;
  let asked = 0;
  let arriving = Promise.resolve();

  function showTurned() {
    image.src = `${image.dataset.picture}?putar=${turn}`;
    for (const field of document.querySelectorAll("[data-turned]")) field.value = String(turn);
  }

  function turnOnce() {
    turnedByHand = true;
    turn = (turn + 90) % 360;
    showTurned();
  }

  /* --- the list of what it may be --- */
  const options = () => (list ? [...list.querySelectorAll("[data-sheet]")] : []);

  function choose(at) {
    const all = options();
    if (!all.length) return;
    if (at < 0 && chosen < 0) return;
    chosen = Math.max(0, Math.min(all.length - 1, at));
    all.forEach((one, index) => {
      one.classList.toggle("chosen", index === chosen);
      one.setAttribute("aria-selected", String(index === chosen));
    });
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  function upright() {
    const found = list.querySelector("[data-known=yes]");
    if (!found || turnedByHand || Number(found.dataset.rotation) === turn) return;
    turn = Number(found.dataset.rotation);
    showTurned();
  }

  function ask() {
    const number = (asked += 1);
    const typed = code.value.trim();
    arriving = fetch(`${desk.dataset.loose}?kode=${encodeURIComponent(typed)}`, { credentials: "same-origin" })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((text) => {
        if (number !== asked) return;
        list.innerHTML = text;
        chosen = -1;
        if (list.querySelector("[data-first=yes]")) choose(0);
        upright();
      })
      .catch(() => {
        if (number === asked) list.textContent = "Daftar tidak bisa dimuat. Muat ulang halaman ini.";
      });
  }

  function put(option) {
    const form = option.form;
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    form.elements.sheet.value = option.dataset.sheet;
    form.elements.page.value = option.dataset.page;
    for (const one of options()) one.disabled = true;
    form.submit();
  }

  if (code) {
    let timer = 0;
    code.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        timer = 0;
        ask();
      }, 120);
    });
    desk.querySelector("[data-find]").addEventListener("submit", async (event) => {
      event.preventDefault();
      /* Enter right after the last letter: wait for the list of what was typed, put nothing else. */
      if (timer) {
        window.clearTimeout(timer);
        timer = 0;
        ask();
      }
      await arriving;
      const option = options()[chosen];
      if (option) put(option);
      else choose(0);
    });
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-sheet]");
      if (!option) return;
      event.preventDefault();
      put(option);
    });
    ask();
  }

  /* --- keys --- */
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  function letter(key) {
    if (key === "?") return () => dialog.showModal();
    if (key === "+") return () => window.Paper.zoomBy(1);
    if (key === "-") return () => window.Paper.zoomBy(-1);
    if (key === "r") return turnOnce;
    if (key === "n") return () => follow("[data-next]");
    if (key === "b") return toAside;
    return null;
  }

  /* To the button, not through it: setting aside is for Enter. */
  function toAside() {
    const aside = document.querySelector("[data-aside]");
    if (aside) aside.focus();
  }

  function leave() {
    if (code && code.value) {
      code.value = "";
      code.focus();
      ask();
    } else if (document.activeElement === code) code.blur();
    else follow("[data-back]");
  }

  function commandFor(event) {
    if (event.altKey && ARROWS[event.key]) return () => window.Paper.pan(...ARROWS[event.key]);
    if (event.ctrlKey && event.key === "ArrowUp") return turnOnce;
    if (event.ctrlKey || event.altKey || event.metaKey) return null;
    if (event.key === "Escape") return leave;
    if (event.key === "F1") return () => dialog.showModal();
    if (event.key === "F2") return () => window.Paper.cycleZoom();
    if (event.key === "F7") return turnOnce;
    if (event.key === "F8") return () => follow("[data-next]");
    if (event.key === "F9") return toAside;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return () => choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    if (event.target.matches("input[type=text]")) return null;
    if (event.key === "Enter" && !event.target.closest("button, a") && options()[chosen]) return () => put(options()[chosen]);
    return letter(event.key.toLowerCase());
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    command();
  });
  desk.querySelector("[data-turn]").addEventListener("click", turnOnce);
  document.querySelector("[data-keys]").addEventListener("click", () => dialog.showModal());
  for (const form of desk.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
  }
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
