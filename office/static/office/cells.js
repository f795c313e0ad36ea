/* Typing into the cells of a comb: a character overwrites its cell, and the caret goes on to the
   next doubtful cell. The text is as long as the comb, so that places are cells. */
window.Cells = (function () {
  "use strict";
  const ALLOWED = { digits: /[0-9]/, capitals: /[A-Z .,'\-/()]/, code: /[0-9A-Z]/ };

  function setUp(tile, changed) {
    const input = tile.querySelector("input[type=text]");
    const length = Number(tile.dataset.length);
    const allowed = ALLOWED[tile.dataset.chars];
    const doubts = [...tile.querySelectorAll("[data-cell]")].map((spot) => Number(spot.dataset.cell));
    const others = new Map([...tile.querySelectorAll("[data-top]")].map((top) => [Number(top.dataset.top), top.dataset.other]));
    let at = 0;

    const text = () => input.value.padEnd(length, " ");

    function write(next) {
      const before = input.value;
      input.value = next.slice(0, length).padEnd(length, " ");
      if (input.value !== before) changed();
    }

    function select(place) {
      at = Math.max(0, Math.min(length - 1, place));
      if (document.activeElement === input) input.setSelectionRange(at, at + 1);
      for (const top of tile.querySelectorAll("[data-top]")) {
        top.classList.toggle("is-here", Number(top.dataset.top) === at);
      }
    }

    function settle(place) {
      const spot = tile.querySelector(`[data-cell="${place}"]`);
      if (spot) spot.classList.add("is-settled");
    }

    function goOn() {
      const isDoubt = doubts.includes(at);
      settle(at);
      const next = doubts.find((place) => place > at);
      select(isDoubt && next !== undefined ? next : at + 1);
    }

    function put(char) {
      const now = text();
      write(now.slice(0, at) + char + now.slice(at + 1));
    }

    /* On a doubtful cell the blank takes the other of the two likeliest characters, and the next
       time the first again. */
    function blank() {
      const other = doubts.includes(at) ? others.get(at) : "";
      if (!other) put(" ");
      else {
        const now = text()[at];
        put(other);
        others.set(at, now.trim());
      }
      goOn();
    }

    function type(typed) {
      for (const char of typed.toUpperCase()) {
        if (char === " ") blank();
        else if (allowed.test(char)) {
          put(char);
          goOn();
        }
      }
    }

    function insertCell() {
      const now = text();
      if (now[length - 1] !== " ") return false;
      write(now.slice(0, at) + " " + now.slice(at, length - 1));
      select(at);
      return true;
    }

    function dropCell() {
      const now = text();
      write(now.slice(0, at) + now.slice(at + 1) + " ");
      select(at);
    }

    const KEYS = {
      ArrowLeft: () => select(at - 1),
      ArrowRight: () => select(at + 1),
      Home: () => select(0),
      End: () => select(text().trimEnd().length),
      Insert: () => insertCell(),
      Delete: () => dropCell(),
    };

    input.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !KEYS[event.key]) return;
      event.preventDefault();
      KEYS[event.key]();
    });
    input.addEventListener("beforeinput", (event) => {
      event.preventDefault();
      const start = input.selectionStart;
      if (input.selectionEnd - start > 1) {
        const now = text();
        write(now.slice(0, start) + " ".repeat(input.selectionEnd - start) + now.slice(input.selectionEnd));
        select(start);
        if (event.inputType.startsWith("delete")) return;
      }
      if (event.inputType === "deleteContentBackward") {
        if (text()[at] === " " || at === length - 1 && text()[at] === " ") select(at - 1);
        put(" ");
        select(at);
      } else if (event.inputType.startsWith("insert")) {
        type(event.data ?? (event.dataTransfer ? event.dataTransfer.getData("text") : ""));
      }
    });
    input.addEventListener("paste", (event) => {
      event.preventDefault();
      type(event.clipboardData.getData("text").replace(/\s+/g, " ").trim());
    });
    input.addEventListener("click", () => select(input.selectionStart));
    input.addEventListener("focus", () => setTimeout(() => select(at), 0));

    input.value = text();
    return {
      begin: () => select(doubts.length ? doubts[0] : 0),
      clear: () => { write(""); select(0); },
      write: (next) => { write(next); select(0); },
    };
  }

  return { setUp };
})();
