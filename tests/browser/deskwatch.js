/* How long after the key that confirms a field or accepts a sheet the next one is on the screen: its
   crop, and of a sheet the paper too, loaded, laid out and painted. The next sheet may be another
   page, so it is all kept in the session. */
(() => {
  const KEPT = "desk times", LEFT = "desk left";
  const now = () => performance.timeOrigin + performance.now();
  const read = (key) => JSON.parse(sessionStorage.getItem(key) || "null");

  function keep(name, ms) {
    const all = read(KEPT) || {};
    (all[name] ||= []).push(ms);
    sessionStorage.setItem(KEPT, JSON.stringify(all));
  }

  const isThere = (image) => !image || image.complete && image.naturalWidth > 0 && image.getClientRects().length > 0;
  const here = () => document.activeElement?.closest("[data-desk] .field");
  const sheet = () => document.querySelector("[data-desk]")?.dataset.screen;

  function isOn(name, before) {
    const field = here();
    if (!field || !isThere(field.querySelector("img.crop"))) return false;
    if (name === "field") return field.dataset.field !== before;
    return sheet() !== before && isThere(document.querySelector(".leaf:not([hidden]) img"));
  }

  /* A frame with the pictures in it has been painted when the frame after it begins. A key that was
     answered with a question is not measured: the next one is. */
  let last = 0;
  function watch(name, before, start, left = 600) {
    if (left === 600) last = start;
    if (start !== last) return;
    if (isOn(name, before)) requestAnimationFrame(() => keep(name, now() - start));
    else if (left > 0) requestAnimationFrame(() => watch(name, before, start, left - 1));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !sheet()) return;
    if (!event.ctrlKey && here()) return watch("field", here().dataset.field, now());
    if (!event.ctrlKey) return;
    sessionStorage.setItem(LEFT, JSON.stringify([sheet(), now()]));
    return watch("sheet", sheet(), now());
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const [before, start] = read(LEFT) || [];
    sessionStorage.removeItem(LEFT);
    if (start) watch("sheet", before, start);
  });
})();
