/* What keys and pointer do in a grid. */
window.GridKeys = function (grid) {
  "use strict";
  const { root, stage, isText, isThird, hasLetters, enter, tell } = grid;
  const { LETTERS } = window.GridKeys;
  const [keysDialog, zoomDialog] = ["keys", "zoom"].map((name) => document.querySelector(`[data-${name}]`));
  const until = { signal: grid.left };
  const here = () => grid.here();
  let mayLeave = false;
  let isTold = false; /* that the last key does nothing here */

  function columns() {
    const tiles = grid.tiles();
    const top = tiles[0].tile.offsetTop;
    const n = tiles.findIndex((one) => one.tile.offsetTop > top);
    return n < 1 ? tiles.length : n;
  }

  function step(by) {
    const tiles = grid.tiles();
    const next = tiles[tiles.indexOf(here()) + by];
    if (next) enter(next);
  }

  function leave() {
    if (!mayLeave && grid.tiles().some((one) => one.isChanged())) {
      mayLeave = true;
      tell("Layar ini belum diterima. Tekan Esc sekali lagi untuk pergi tanpa menyimpannya.");
      return;
    }
    grid.sending.idle().then(() => { window.location.href = root.dataset.list; });
  }

  function zoom() {
    if (!here()) return;
    const picture = here().tile.querySelector(".shot img");
    if (!picture) return;
    const large = document.createElement("img");
    large.src = picture.getAttribute("src").split("?")[0] + "?petak=luas";
    large.alt = picture.alt;
    zoomDialog.querySelector("div").replaceChildren(large);
    zoomDialog.showModal();
  }

  const openSheet = () => here() && window.open(here().tile.dataset.desk, "_blank", "noopener");
  const openKeys = () => keysDialog.showModal();

  function setText(value, none) {
    if (here() && here().input) here().setText(value, none);
  }

  function empty(none) {
    setText("", none);
    if (here()) enter(here());
  }

  const COMMANDS = {
    Enter: grid.accept,
    Escape: leave,
    F1: openKeys,
    "?": openKeys,
    F2: zoom,
    F6: openSheet,
    F4: () => empty(false),
    F9: () => empty(true),
  };
  const LETTER_COMMANDS = { z: grid.undo, g: zoom, l: openSheet };

  function tileKey(event) {
    const key = event.key.toLowerCase();
    const tiles = grid.tiles();
    const column = tiles.length ? columns() : 1;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -column, ArrowDown: column };
    if (moves[event.key]) return () => step(moves[event.key]);
    if (event.key === " ") return () => here() && here().flip();
    const beyond = event.shiftKey && /^Digit([1-9])$/.exec(event.code); /* of ten options and more */
    if (beyond && !isThird) return () => here() && here().pick(9 + Number(beyond[1]));
    const at = LETTERS.indexOf(key);
    if (!isText && key.length === 1 && at >= 0 && tiles[at]) return () => { enter(tiles[at]); tiles[at].flip(); };
    if (!/^[0-9]$/.test(key)) return key.length === 1 ? () => nothing(event.key) : null;
    return isThird ? () => chooseRival(Number(key)) : () => here() && here().pick(Number(key));
  }

  function nothing(key) {
    tell(`Tombol ${key} tidak dipakai di sini. Tombol ? menampilkan semua tombol layar ini.`);
    isTold = true;
  }

  function chooseRival(number) {
    const button = here() && here().tile.querySelectorAll("[data-rival]")[number - 1];
    if (!button) return;
    setText(button.dataset.rival, Boolean(button.dataset.none));
    enter(grid.tiles().find((one) => !one.isSet()) || here());
  }

  function commandFor(event) {
    if (event.ctrlKey && event.key.toLowerCase() === "z") return grid.undo;
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
    grid.counted();
    if (event.key !== "Escape") mayLeave = false;
    if (isTold) tell("");
    isTold = false;
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    command();
  }, until);

  stage.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (!tile) return;
    grid.counted();
    const rival = event.target.closest("[data-rival]");
    enter(tile.one);
    if (rival) setText(rival.dataset.rival, Boolean(rival.dataset.none));
    else tile.one.flip();
  });
  stage.addEventListener("focusin", (event) => {
    const tile = event.target.closest("[data-tile]");
    if (tile && tile.one !== here()) enter(tile.one);
  });
  const BUTTONS = {
    accept: grid.accept,
    undo: grid.undo,
    keys: openKeys,
    zoom,
    sheet: openSheet,
    blank: () => empty(false),
    unreadable: () => empty(true),
    dismiss: () => {
      grid.refusedBar.hidden = true;
      grid.refusedBar.querySelector("ul").replaceChildren();
      if (here()) enter(here());
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && BUTTONS[button.dataset.do]) BUTTONS[button.dataset.do]();
  }, until);
  for (const dialog of [keysDialog, zoomDialog]) dialog.addEventListener("close", () => here() && enter(here()));
  if (hasLetters) document.querySelector("[data-undo-key]").textContent = "Ctrl Z";
};
window.GridKeys.LETTERS = "abcdefhijkmnopqrstuvwxy"; /* of the tiles; without g, l and z, which are commands */
