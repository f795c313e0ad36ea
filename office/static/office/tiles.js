/* One tile of a grid: what it says now, and how that is shown. */
window.Tile = (function () {
  "use strict";

  function setUp(tile) {
    const kind = tile.dataset.kind;
    const choices = JSON.parse(tile.dataset.choices || "[]");
    const ways = JSON.parse(tile.dataset.ways || "[]");
    const words = tile.querySelector(".value");
    const problem = tile.querySelector("[data-problem]");
    const input = tile.querySelector("input[type=text]");
    const preset = tile.dataset.preset;
    let value = preset ? JSON.parse(preset) : null;
    let isSet = Boolean(preset);
    let isNone = false;
    let cells = null;
    let begun = null;

    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

    function spoken() {
      const types = kind === "text" && !tile.querySelector("[data-rival]");
      if (!isSet) return types ? "Ketik dulu" : "Pilih dulu";
      if (kind === "text") return isNone ? "Tidak terbaca" : value.trim() ? "" : "Kosong";
      if (kind === "ink") return value ? "Ada" : "Tidak ada";
      const chosen = Array.isArray(value) ? value : [value];
      const labels = choices.filter(([id]) => chosen.includes(id)).map(([, label]) => label);
      return labels.join(", ") || "Tidak diisi";
    }

    function draw() {
      words.textContent = spoken();
      words.hidden = !words.textContent;
      tile.classList.toggle("is-unset", !isSet);
      tile.classList.toggle("is-changed", Boolean(preset) && isSet && !same(read(), begun));
      const chosen = Array.isArray(value) ? value : [value];
      for (const spot of tile.querySelectorAll("[data-option]")) {
        const on = isSet && chosen.includes(spot.dataset.option);
        spot.classList.toggle("is-on", on);
        spot.textContent = !isSet ? "?" : on ? "✓" : "–";
      }
      for (const rival of tile.querySelectorAll("[data-rival]")) {
        const none = Boolean(rival.dataset.none);
        const on = isSet && (none ? isNone : !isNone && rival.dataset.rival === read());
        rival.setAttribute("aria-pressed", String(on));
      }
      const count = tile.querySelector("[data-count]");
      if (count) count.textContent = `${digits()}/${count.dataset.count}`;
    }

    const digits = () => input.value.replace(/\D/g, "").length;

    function set(next) {
      value = next;
      isSet = true;
      show("");
      draw();
    }

    /* The text as it is sent: blanks at the end say nothing, and in names only one between words. */
    function read() {
      if (kind !== "text") return value;
      if (isNone) return null;
      const text = input.value.trimEnd();
      return tile.dataset.tidy ? text.trim().replace(/ +/g, " ") : text;
    }

    function flip() {
      if (kind === "text") return;
      const at = isSet ? ways.findIndex((way) => same(way, value)) : -1;
      set(ways[(at + 1) % ways.length]);
    }

    function pick(digit) {
      if (kind === "ink" && (digit === 1 || digit === 2)) set(digit === 1);
      const choice = choices[digit - 1];
      if (kind === "single" && (digit === 0 || choice)) set(digit === 0 ? null : choice[0]);
      if (kind !== "multiple" || (digit !== 0 && !choice)) return;
      const chosen = new Set(isSet && digit !== 0 ? value : []);
      if (digit !== 0 && !chosen.delete(choice[0])) chosen.add(choice[0]);
      set(choices.map(([id]) => id).filter((id) => chosen.has(id)));
    }

    function setText(next, none) {
      cells.write(next); /* which takes it for typing */
      isNone = Boolean(none);
      set(next);
    }

    function show(text) {
      problem.textContent = text;
      problem.hidden = !text;
      tile.classList.toggle("has-problem", Boolean(text));
    }

    function legend() {
      if (kind === "text") return [];
      if (kind === "ink") return [["1", "Ada"], ["2", "Tidak ada"]];
      const listed = choices.map(([, label], n) => [n < 9 ? String(n + 1) : `Shift ${n - 8}`, label]);
      return [...listed, ["0", "Tidak diisi"]];
    }

    function place(part, [x, y, w, h]) {
      part.style.left = `${100 * x}%`;
      part.style.top = `${100 * y}%`;
      part.style.width = `${100 * w}%`;
      part.style.height = `${100 * h}%`;
    }

    const picture = tile.querySelector(".shot img");
    if (picture) picture.addEventListener("error", () => show("Gambarnya tidak bisa dimuat. Buka lembarnya."));
    for (const spot of tile.querySelectorAll("[data-at]")) place(spot, spot.dataset.at.split(" ").map(Number));
    if (input) {
      cells = window.Cells.setUp(tile, () => {
        isNone = false;
        set(input.value);
      });
    }
    begun = read();
    draw();

    return {
      tile,
      kind,
      input,
      flip,
      pick,
      read,
      legend,
      problem: show,
      isSet: () => isSet,
      isChanged: () => tile.classList.contains("is-changed") || (isSet && !preset),
      isShort: () => Boolean(tile.dataset.exact) && isSet && !isNone && digits() > 0 && digits() < Number(tile.dataset.length),
      setText,
      begin: () => cells && cells.begin(),
      answer: () => ({
        key: tile.dataset.tile,
        sheet: tile.dataset.sheet,
        field: tile.dataset.field,
        page: Number(tile.dataset.page),
        seen: Number(tile.dataset.seen),
        value: read(),
      }),
    };
  }

  /* The likeliest characters stand under their cells on the picture. */
  function arrange(tile) {
    const image = tile.querySelector("[data-comb]");
    if (!image) return;
    const [left, right, length] = image.dataset.comb.split(" ").map(Number);
    const pitch = ((right - left) * image.clientWidth) / length;
    for (const top of tile.querySelectorAll("[data-top]")) {
      top.style.left = `${left * image.clientWidth + pitch * Number(top.dataset.top)}px`;
      top.style.width = `${pitch}px`;
    }
  }

  return { setUp, arrange };
})();
