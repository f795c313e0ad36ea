/* How long after the key that accepts a screen, or that goes on to the next stack, the next crops are
   on the screen: every picture loaded, laid out and painted. Kept in the session, since the first
   stack, and one that was not fetched ahead, is another page. */
(() => {
  const KEY = "stopwatch";
  const keep = (name, ms) => {
    const all = JSON.parse(sessionStorage.getItem(KEY) || "{}");
    (all[name] ||= []).push(ms);
    sessionStorage.setItem(KEY, JSON.stringify(all));
  };
  const visible = () => document.querySelector("[data-screen]:not([hidden])");
  const isHidden = (what) => document.querySelector(what).hidden;
  const isShown = (screen) => {
    const images = [...screen.querySelectorAll("img")];
    return images.every((image) => image.complete && image.naturalWidth > 0 && image.getClientRects().length > 0);
  };

  /* A frame with the pictures in it has been painted when the frame after it begins. */
  function watch(before, done, left = 600) {
    const screen = visible();
    if (screen && screen !== before && isShown(screen)) requestAnimationFrame(done);
    else if (left > 0 && (screen || !before || isHidden("[data-end]"))) requestAnimationFrame(() => watch(before, done, left - 1));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const [before, start] = [visible(), performance.now()];
    const name = before ? "screen" : document.querySelector("[data-grids]") ? "stack" : "first stack";
    sessionStorage.setItem("stopwatch left", JSON.stringify([name, Date.now()]));
    watch(before, () => keep(name, performance.now() - start));
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const [name, left] = JSON.parse(sessionStorage.getItem("stopwatch left") || "[]");
    if (left) watch(null, () => keep(name, Date.now() - left));
  });
})();
