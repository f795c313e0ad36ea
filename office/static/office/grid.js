/* Grids: one screen is shown, the next waits behind it. Enter accepts the whole screen, shows the
   next at once and sends the answers meanwhile. Behind the last screen waits the first of the next
   stack (`Ahead`), which takes the place of this one. */
window.Grid = function (isEntered) {
  "use strict";
  const root = document.querySelector("[data-grids]");
  const part = (name) => document.querySelector(`[data-${name}]`);
  const [stage, end, hint, legendLine, savedLine, progressLine, refusedBar] = ["stage", "end", "hint", "legend", "saved", "progress", "refused"].map(part);
  const isText = root.dataset.kind === "text";
  const isThird = root.dataset.purpose === "third";
  const hasLetters = isText && root.dataset.chars !== "digits";
  const gone = new AbortController(); /* this stack from the page, and its listeners with it */
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

  const sending = window.Sending(root, { say });
  const ahead = window.Ahead(sending.token);
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
      letter.textContent = window.GridKeys.LETTERS[n] || "";
      letter.hidden = isText || !letter.textContent;
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
    done -= body.refused.length;
    goesOn(body);
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

  /* What the server says of what is still to come: in this stack, and after it. */
  function goesOn(body) {
    left = Math.max(0, body.left - onTheWay);
    if (body.next) {
      screens.push(fromHtml(body.next));
      if (screens.length === 1) show(visible());
    }
    if (body.ahead) ahead.look(body.ahead);
  }

  /* The screen that was fetched ahead is on: is all of it still to be asked, and what comes next? */
  function arrive() {
    sending.push(root.dataset.enter, () => ({ by: root.dataset.by, held: held() })).then((body) => {
      goesOn(body);
      say("");
      withdraw(new Set(body.gone));
      if (body.end) end.innerHTML = body.end;
      if (!visible()) finish();
      drawProgress();
    });
    say("Mengambil yang berikutnya …");
  }

  /* Somebody else decided these in the meantime, or has them on the screen. */
  function withdraw(keys) {
    if (!keys.size || !visible()) return;
    const screen = visible();
    const away = screen.tiles.filter((one) => keys.has(one.tile.dataset.tile));
    for (const one of away) one.tile.remove();
    screen.tiles = screen.tiles.filter((one) => !away.includes(one));
    if (!screen.tiles.length) screens.shift().list.remove();
    here = null;
    show(visible());
    if (away.length) tell(`${away.length} isian baru saja dikerjakan orang lain, jadi tidak ditanyakan lagi.`);
  }

  function finish() {
    document.querySelector("[data-do=accept]").disabled = true;
    end.hidden = false;
    legendLine.parentElement.hidden = true;
    const next = end.querySelector("[data-following]");
    if (next) next.focus();
    if (!sending.isWaiting()) drawProgress();
  }

  /* To the next stack: at once where its first screen waits, or else as a page. */
  end.addEventListener("click", (event) => {
    const link = event.target.closest("[data-following]");
    const page = link && !sending.isWaiting() && ahead.take(link.href);
    if (!page) return;
    event.preventDefault();
    gone.abort();
    ahead.show(page);
    window.Grid(true);
  });

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

  /* --- coming and leaving --- */
  window.addEventListener("resize", () => {
    if (!visible()) return;
    fit(visible());
    drawProgress();
    for (const one of visible().tiles) window.Tile.arrange(one.tile);
  }, { signal: gone.signal });
  window.addEventListener("pagehide", () => {
    window.Ahead.giveBack(root, sending.token());
    ahead.drop();
  }, { signal: gone.signal });

  window.GridKeys({
    root,
    stage,
    refusedBar,
    isText,
    isThird,
    hasLetters,
    sending,
    left: gone.signal,
    tiles: () => (visible() ? visible().tiles : []),
    here: () => here,
    counted: () => { keystrokes += 1; },
    enter,
    accept,
    undo,
    tell,
  });
  for (const list of stage.querySelectorAll("[data-screen]")) screens.push(adopt(list));
  if (visible()) show(visible());
  else finish();
  if (isEntered || screens.length === 1) arrive();
};

if (document.querySelector("[data-grids]")) window.Grid(false);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
/* Stacks before and after this one are addresses of their own; a place on this page is none. */
window.addEventListener("popstate", () => {
  const { leave } = document.querySelector("[data-grids]").dataset;
  if (!leave.startsWith(window.location.pathname)) window.location.reload();
});
