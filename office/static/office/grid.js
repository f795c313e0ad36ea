/* Grids: one screen is shown, the next waits behind it. Enter accepts the whole screen, shows the
   next at once and sends the answers meanwhile. */
(function () {
  "use strict";
  const root = document.querySelector("[data-grids]");
  if (!root) return;
  const LETTERS = "abcdefhijkmnopqrstuvwxy"; /* without g, l and z, which are commands */
  const part = (name) => document.querySelector(`[data-${name}]`);
  const [stage, end, hint, legendLine, savedLine, progressLine] = ["stage", "end", "hint", "legend", "saved", "progress"].map(part);
  const [keysDialog, zoomDialog, refusedBar] = ["keys", "zoom", "refused"].map(part);
  const isText = root.dataset.kind === "text";
  const isThird = root.dataset.purpose === "third";
  const hasLetters = isText && root.dataset.chars !== "digits";
  const PACE = `pace ${root.dataset.kind} ${root.dataset.chars} ${root.dataset.purpose}`;
  const screens = [];
  const pending = new Set();
  let here = null;
  let since = 0;
  let keystrokes = 0;
  let done = 0;
  let left = Number(root.dataset.left);
  let per = 1; /* tiles of the fullest screen so far */
  let onTheWay = 0; /* accepted answers that the server has not counted yet */
  let mayLeave = false;

  const sending = window.Sending(root, { say });
  const visible = () => screens[0];
  /* What others shall not get: on the screen, behind it, or accepted and still on its way. */
  function held(but) {
    const all = [...screens, ...[...pending].filter((screen) => screen !== but)];
    return JSON.stringify(all.flatMap((screen) => screen.tiles.map((one) => one.tile.dataset.tile)));
  }

  function say(text, trouble) {
    savedLine.textContent = text;
    savedLine.classList.toggle("trouble", Boolean(trouble));
  }

  function tell(text) {
    hint.textContent = text;
    hint.classList.toggle("is-loud", Boolean(text));
  }

  /* --- screens --- */
  function adopt(list) {
    const tiles = [...list.querySelectorAll("[data-tile]")].map((tile) => {
      const one = window.Tile.setUp(tile);
      tile.one = one;
      return one;
    });
    for (const image of list.querySelectorAll("img")) image.decode().catch(() => {});
    return { list, tiles };
  }

  function fromHtml(html) {
    const made = document.createElement("div");
    made.innerHTML = html;
    const list = made.querySelector("[data-screen]");
    stage.append(list);
    return adopt(list);
  }

  function label(screen) {
    screen.tiles.forEach((one, n) => {
      const letter = one.tile.querySelector(".letter");
      letter.textContent = LETTERS[n] || "";
      letter.hidden = isText || !LETTERS[n];
    });
  }

  function show(screen) {
    for (const one of screens) one.list.hidden = one !== screen;
    if (!screen) return;
    end.hidden = true;
    document.querySelector("[data-do=accept]").disabled = false;
    legendLine.parentElement.hidden = false;
    window.scrollTo(0, 0);
    label(screen);
    window.Combs.setUp(screen.tiles.filter((one) => one.input).map((one) => one.tile));
    fit(screen);
    for (const one of screen.tiles) window.Tile.arrange(one.tile);
    since = performance.now();
    keystrokes = 0;
    enter(screen.tiles.find((one) => one.tile.classList.contains("has-problem")) || screen.tiles[0]);
    drawProgress();
  }

  /* Enter accepts what is seen and nothing else: tiles that do not fit on this window (a small one,
     or enlarged letters) go to the next screen. */
  function fit(screen) {
    const bottom = window.innerHeight;
    const at = screen.tiles.findIndex((one, n) => n > 0 && one.tile.getBoundingClientRect().bottom > bottom);
    if (at < 0) return;
    const over = screen.tiles.splice(at);
    if (!screens[1]) {
      const list = screen.list.cloneNode(false);
      list.hidden = true;
      stage.append(list);
      screens.push({ list, tiles: [] });
    }
    screens[1].list.prepend(...over.map((one) => one.tile));
    screens[1].tiles.unshift(...over);
  }

  function enter(one) {
    if (!one) return;
    if (here) here.tile.classList.remove("is-here");
    here = one;
    for (const other of visible().tiles) if (other.kind !== "text" || isThird) other.tile.tabIndex = other === one ? 0 : -1;
    one.tile.classList.add("is-here");
    const target = isText && !isThird ? one.input : one.tile;
    if (document.activeElement !== target) target.focus({ preventScroll: true });
    if (target === one.input) one.begin();
    one.tile.scrollIntoView({ block: "nearest" });
    drawLegend(one);
  }

  function drawLegend(one) {
    if (isText) return;
    legendLine.replaceChildren(...one.legend().map(([key, words]) => {
      const button = document.createElement("button");
      const kbd = document.createElement("kbd");
      kbd.textContent = key;
      button.type = "button";
      button.className = "plain";
      button.tabIndex = -1;
      button.append(kbd, ` ${words}`);
      button.addEventListener("click", () => {
        one.pick(Number(key));
        enter(one);
      });
      return button;
    }));
  }

  /* --- progress --- */
  function learnPace(ms, n) {
    const old = Number(sessionStorage.getItem(PACE)) || 0;
    const now = Math.min(ms, 300000) / n;
    sessionStorage.setItem(PACE, String(old ? 0.7 * old + 0.3 * now : now));
  }

  function drawProgress() {
    if (!visible()) {
      progressLine.textContent = done ? `${done} selesai` : "";
      return;
    }
    per = Math.max(per, visible().tiles.length);
    const parts = [`${done} dari ${done + left}`, `tinggal ${Math.ceil(left / per)} layar`];
    const pace = Number(sessionStorage.getItem(PACE));
    if (pace) parts.push(`± ${Math.max(1, Math.round((pace * left) / 60000))} menit`);
    progressLine.textContent = parts.join(" · ");
  }

  /* --- accepting --- */
  function firstUnready(tiles) {
    const unset = tiles.find((one) => !one.isSet());
    if (unset) {
      const n = tiles.filter((one) => !one.isSet()).length;
      tell(`${n} isian belum dijawab. ${isText ? "Ketik" : "Pilih"} dulu yang ditunjuk, lalu Enter lagi.`);
      return unset;
    }
    const short = tiles.find((one) => one.isShort() && one.tile.dataset.short !== one.read());
    if (!short) return null;
    short.tile.dataset.short = short.read();
    short.problem("Angkanya kurang. Bila di kertas memang begitu, tekan Enter sekali lagi.");
    return short;
  }

  /* Nobody accepts what was not on the screen yet; what came back was. */
  function isLoading(screen) {
    return !screen.isBack && [...screen.list.querySelectorAll("img")].some((image) => !image.complete);
  }

  function accept() {
    const screen = visible();
    if (!screen) return goOn();
    if (isLoading(screen)) return tell("Gambarnya masih dimuat. Lihat dulu, lalu Enter.");
    const unready = firstUnready(screen.tiles);
    if (unready) return enter(unready);
    tell("");
    const ms = Math.round(performance.now() - since);
    const n = screen.tiles.length;
    const sent = {
      batch: newBatch(),
      answers: JSON.stringify(screen.tiles.map((one) => one.answer())),
      ms,
      keys: keystrokes,
      by: root.dataset.by,
    };
    learnPace(ms, n);
    screens.shift();
    screen.list.remove();
    here = null;
    done += n;
    left = Math.max(0, left - n);
    onTheWay += n;
    pending.add(screen);
    show(visible());
    if (!visible()) drawProgress();
    sending.push(root.dataset.save, () => ({ ...sent, held: held(screen) })).then((body) => took(screen, body));
    return undefined;
  }

  function newBatch() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  function took(screen, body) {
    pending.delete(screen);
    onTheWay -= screen.tiles.length;
    left = Math.max(0, body.left - onTheWay);
    done -= body.refused.length;
    if (body.next) {
      screens.push(fromHtml(body.next));
      if (screens.length === 1) show(visible());
    }
    bringBack(screen, body.refused.filter((one) => one.wrong));
    listRefused(body.refused.filter((one) => !one.wrong));
    const n = body.saved.length;
    say(n ? `${n} jawaban tersimpan` : "");
    if (body.end) {
      end.innerHTML = body.end;
      if (!visible()) finish();
    }
    drawProgress();
  }

  function finish() {
    document.querySelector("[data-do=accept]").disabled = true;
    end.hidden = false;
    legendLine.parentElement.hidden = true;
    const next = end.querySelector("[data-following]");
    if (next) next.focus();
    if (!sending.isWaiting()) drawProgress();
  }

  const goOn = () => {
    const next = end.querySelector("[data-following]");
    if (next && !end.hidden) next.click();
  };

  /* An answer that does not fit its field comes back to the screen, with what was typed. */
  function bringBack(screen, wrong) {
    if (!wrong.length) return;
    if (!visible()) {
      const list = screen.list.cloneNode(false);
      stage.append(list);
      screens.push({ list, tiles: [] });
    }
    const target = visible();
    for (const refusal of wrong) {
      const one = screen.tiles.find((tile) => tile.tile.dataset.tile === refusal.key);
      target.list.prepend(one.tile);
      target.tiles.unshift(one);
      one.problem(refusal.text);
    }
    tell(`${wrong.length} isian kembali ke layar ini karena belum bisa disimpan.`);
    show(target);
  }

  function listRefused(changed) {
    if (!changed.length) return;
    refusedBar.hidden = false;
    refusedBar.querySelector("ul").append(...changed.map(refusedLine));
  }

  function refusedLine(one) {
    const line = document.createElement("li");
    line.append(`${one.label} (lembar ${one.sheet}): ${one.text} `);
    if (one.theirs || one.mine) {
      const table = document.createElement("span");
      table.className = "versus";
      for (const [who, value] of [["Sekarang", one.theirs], ["Jawaban Anda", one.mine]]) {
        if (!value) continue;
        const shown = document.createElement("b");
        shown.textContent = value;
        table.append(`${who}: `, shown, " ");
      }
      line.append(table);
    }
    const link = document.createElement("a");
    link.href = one.desk;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "lihat bedanya di lembarnya";
    line.append(link);
    return line;
  }

  /* --- undo --- */
  function undo() {
    sending.push(root.dataset.undo, () => ({ by: root.dataset.by, held: held() })).then((body) => {
      left = Math.max(0, body.left - onTheWay);
      done = Math.max(0, done - body.n);
      say(body.nothing ? "Tidak ada yang bisa diurungkan di tumpukan ini" : "");
      if (body.refused.length) tell(body.refused.join(" "));
      if (!body.screen) return drawProgress();
      const screen = { ...fromHtml(body.screen), isBack: true };
      screens.unshift(screen);
      show(screen);
      say(`${body.n} jawaban dikembalikan; belum tersimpan sampai Anda terima lagi`);
      return undefined;
    });
  }

  /* --- keys --- */
  function columns() {
    const tiles = visible().tiles;
    const top = tiles[0].tile.offsetTop;
    const n = tiles.findIndex((one) => one.tile.offsetTop > top);
    return n < 1 ? tiles.length : n;
  }

  function step(by) {
    const tiles = visible().tiles;
    const next = tiles[tiles.indexOf(here) + by];
    if (next) enter(next);
  }

  function leave() {
    if (!mayLeave && visible() && visible().tiles.some((one) => one.isChanged())) {
      mayLeave = true;
      tell("Layar ini belum diterima. Tekan Esc sekali lagi untuk pergi tanpa menyimpannya.");
      return;
    }
    sending.idle().then(() => { window.location.href = root.dataset.list; });
  }

  function zoom() {
    if (!here) return;
    const picture = here.tile.querySelector(".shot img");
    if (!picture) return;
    const large = document.createElement("img");
    large.src = picture.getAttribute("src").split("?")[0] + "?petak=luas";
    large.alt = picture.alt;
    zoomDialog.querySelector("div").replaceChildren(large);
    zoomDialog.showModal();
  }

  const openSheet = () => here && window.open(here.tile.dataset.desk, "_blank", "noopener");
  const openKeys = () => keysDialog.showModal();

  function setText(value, none) {
    if (here && here.input) here.setText(value, none);
  }

  function empty(none) {
    setText("", none);
    if (here) enter(here);
  }

  const COMMANDS = {
    Enter: accept,
    Escape: leave,
    F1: openKeys,
    "?": openKeys,
    F2: zoom,
    F6: openSheet,
    F4: () => empty(false),
    F9: () => empty(true),
  };
  const LETTER_COMMANDS = { z: undo, g: zoom, l: openSheet };

  function tileKey(event) {
    const key = event.key.toLowerCase();
    const tiles = visible() ? visible().tiles : [];
    const column = tiles.length ? columns() : 1;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -column, ArrowDown: column };
    if (moves[event.key]) return () => step(moves[event.key]);
    if (event.key === " ") return () => here && here.flip();
    const at = LETTERS.indexOf(key);
    if (!isText && key.length === 1 && at >= 0 && tiles[at]) return () => { enter(tiles[at]); tiles[at].flip(); };
    if (!/^[0-9]$/.test(key)) return null;
    return isThird ? () => chooseRival(Number(key)) : () => here && here.pick(Number(key));
  }

  function chooseRival(number) {
    const button = here && here.tile.querySelectorAll("[data-rival]")[number - 1];
    if (!button) return;
    setText(button.dataset.rival, Boolean(button.dataset.none));
    const tiles = visible().tiles;
    enter(tiles.find((one) => !one.isSet()) || here);
  }

  function commandFor(event) {
    if (event.ctrlKey && event.key.toLowerCase() === "z") return undo;
    if (event.ctrlKey || event.altKey || event.metaKey) return null;
    const inText = event.target.matches("input[type=text]");
    if (event.key === "Enter" && event.target.matches("button, a")) return null;
    if (event.key === " " && event.target.matches("button")) return null;
    if (COMMANDS[event.key]) return COMMANDS[event.key];
    if (!hasLetters || !inText) {
      const letter = LETTER_COMMANDS[event.key.toLowerCase()];
      if (letter) return letter;
    }
    if (inText) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") return () => step(event.key === "ArrowDown" ? 1 : -1);
      return null;
    }
    return tileKey(event);
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    keystrokes += 1;
    if (event.key !== "Escape") mayLeave = false;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    command();
  });

  /* --- pointer --- */
  stage.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (!tile) return;
    keystrokes += 1;
    const rival = event.target.closest("[data-rival]");
    enter(tile.one);
    if (rival) setText(rival.dataset.rival, Boolean(rival.dataset.none));
    else tile.one.flip();
  });
  stage.addEventListener("focusin", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (tile && tile.one !== here) enter(tile.one);
  });
  const BUTTONS = {
    accept,
    undo,
    keys: openKeys,
    zoom,
    sheet: openSheet,
    blank: () => empty(false),
    unreadable: () => empty(true),
    dismiss: () => {
      refusedBar.hidden = true;
      refusedBar.querySelector("ul").replaceChildren();
      if (here) enter(here);
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && BUTTONS[button.dataset.do]) BUTTONS[button.dataset.do]();
  });
  keysDialog.addEventListener("close", () => here && enter(here));
  zoomDialog.addEventListener("close", () => here && enter(here));

  /* --- coming and leaving --- */
  window.addEventListener("resize", () => {
    if (!visible()) return;
    fit(visible());
    drawProgress();
    for (const one of visible().tiles) window.Tile.arrange(one.tile);
  });
  window.addEventListener("pagehide", () => {
    const form = new FormData();
    form.set("csrfmiddlewaretoken", sending.token());
    navigator.sendBeacon(root.dataset.leave, form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  if (hasLetters) document.querySelector("[data-undo-key]").textContent = "Ctrl Z";
  for (const list of stage.querySelectorAll("[data-screen]")) screens.push(adopt(list));
  if (visible()) show(visible());
  else finish();
})();
