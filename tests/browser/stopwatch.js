/* How long after the key that accepts a screen the next crops are on the screen: every picture
   loaded, laid out and painted. Kept in the session, since the next stack is another page. */
(() => {
  const KEY = "stopwatch";
  const keep = (name, ms) => {
    const all = JSON.parse(sessionStorage.getItem(KEY) || "{}");
    (all[name] ||= []).push(ms);
    sessionStorage.setItem(KEY, JSON.stringify(all));
  };
  const visible = () => document.querySelector("[data-screen]:not([hidden])");
  const isShown = (screen) => {
    const images = [...screen.querySelectorAll("img")];
    return images.every((image) => image.complete && image.naturalWidth > 0 && image.getClientRects().length > 0);
  };

  /* A frame with the pictures in it has been painted when the frame after it begins. */
  function watch(before, done, left = 600) {
    const screen = visible();
    if (screen && screen !== before && isShown(screen)) requestAnimationFrame(done);
    else if (left > 0) requestAnimationFrame(() => watch(before, done, left - 1));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const [before, start] = [visible(), performance.now()];
    sessionStorage.setItem("stopwatch left", String(Date.now()));
    if (before) watch(before, () => keep("screen", performance.now() - start));
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    const left = Number(sessionStorage.getItem("stopwatch left"));
    if (left) watch(null, () => keep("stack", Date.now() - left));
  });
})();
