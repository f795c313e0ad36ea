/* The picture of the paper: pages, zoom, pan, and the light on the field being looked at. Opened once
   more where another sheet takes the place of this one. */
window.openPaper = function () {
  "use strict";
  const ZOOMS = [1, 1.8, 3];
  const view = document.querySelector("[data-view]");
  const gone = new AbortController();
  if (window.Paper) window.Paper.close();
  if (!view) return null;
  const leaves = [...view.querySelectorAll(".leaf")];
  const tabs = [...document.querySelectorAll("[data-tab]")];
  let page = leaves.length ? leaves[0].dataset.page : null;
  let zoom = 0;
  let box = null;

  const leaf = () => leaves.find((one) => one.dataset.page === page);

  function drawSpot() {
    for (const one of leaves) {
      const spot = one.querySelector(".spot");
      if (!spot) continue;
      spot.hidden = !box || one.dataset.page !== page;
      if (spot.hidden) continue;
      const [x0, y0, x1, y1] = box;
      spot.style.left = `${100 * x0}%`;
      spot.style.top = `${100 * y0}%`;
      spot.style.width = `${100 * (x1 - x0)}%`;
      spot.style.height = `${100 * (y1 - y0)}%`;
    }
  }

  function center(x, y) {
    const one = leaf();
    if (!one) return;
    view.scrollLeft = x * one.clientWidth - view.clientWidth / 2;
    view.scrollTop = y * one.clientHeight - view.clientHeight / 2;
  }

  function middle() {
    const one = leaf();
    if (box) return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    return [
      (view.scrollLeft + view.clientWidth / 2) / (one ? one.clientWidth : 1),
      (view.scrollTop + view.clientHeight / 2) / (one ? one.clientHeight : 1),
    ];
  }

  function setZoom(level, at) {
    const [x, y] = at || middle();
    zoom = Math.max(0, Math.min(ZOOMS.length - 1, level));
    for (const one of leaves) one.style.width = `${100 * ZOOMS[zoom]}%`;
    view.classList.toggle("near", zoom > 0);
    center(x, y);
  }

  function showPage(next) {
    page = String(next);
    for (const one of leaves) one.hidden = one.dataset.page !== page;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.tab === page));
    drawSpot();
  }

  function show(next, nextBox) {
    box = nextBox;
    if (next) showPage(next);
    drawSpot();
    if (box) center((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
  }

  /* Between two images of one page, at the same place of both; the new one at first. */
  function flip(old, fresh, first) {
    box = null;
    showPage(!first && page === fresh ? old : fresh);
  }

  function pointOf(event) {
    const area = leaf().getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
  }

  let grab = null;
  let moved = false;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    grab = [event.clientX, event.clientY, view.scrollLeft, view.scrollTop];
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!grab) return;
    const [dx, dy] = [event.clientX - grab[0], event.clientY - grab[1]];
    if (Math.abs(dx) + Math.abs(dy) > 5) moved = true;
    if (!moved) return;
    view.classList.add("drag");
    view.scrollLeft = grab[2] - dx;
    view.scrollTop = grab[3] - dy;
  }, { signal: gone.signal });
  window.addEventListener("pointerup", () => {
    grab = null;
    view.classList.remove("drag");
  }, { signal: gone.signal });
  view.addEventListener("dragstart", (event) => event.preventDefault());
  view.addEventListener("click", (event) => {
    const one = leaf();
    if (moved || !one || !one.querySelector("img")) return;
    const point = pointOf(event);
    const asked = new CustomEvent("paper:point", { detail: { page, point }, cancelable: true });
    if (document.dispatchEvent(asked)) setZoom(zoom === 0 ? 1 : 0, point);
  });
  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      box = null;
      showPage(tab.dataset.tab);
      view.scrollTop = 0;
    });
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => setZoom(zoom + Number(button.dataset.zoom)));
  }
  /* A page image arrives after its field may have been chosen: put the light right again. */
  for (const image of view.querySelectorAll("img")) {
    image.addEventListener("load", () => box && center(...middle()));
  }
  if (page) showPage(page);

  /* Outlines of all fields on the page; whether they are shown is remembered on this computer. */
  const SIGNS = { open: "?", conflict: "!", decided: "✎" };
  const boxesButton = document.querySelector("[data-boxes]");

  function showBoxes(shown) {
    view.classList.toggle("plain", !shown);
    if (boxesButton) boxesButton.setAttribute("aria-pressed", String(shown));
    try {
      localStorage.setItem("kotak", shown ? "ya" : "tidak");
    } catch (error) { /* a browser that remembers nothing shows them */ }
  }

  function boxesWanted() {
    try {
      return localStorage.getItem("kotak") !== "tidak";
    } catch (error) {
      return true;
    }
  }

  const toggleBoxes = () => showBoxes(view.classList.contains("plain"));
  if (boxesButton) boxesButton.addEventListener("click", toggleBoxes);
  showBoxes(boxesWanted());

  function mark(name, state) {
    const outline = view.querySelector(`[data-for="${name}"]`);
    if (!outline) return;
    outline.setAttribute("class", `box is-${state}`);
    outline.querySelector("text").textContent = SIGNS[state] || "";
  }

  return {
    mark,
    close: () => gone.abort(),
    toggleBoxes,
    show,
    showPage,
    flip,
    turn: () => tabs.length > 1 && showPage(tabs[(tabs.findIndex((t) => t.dataset.tab === page) + 1) % tabs.length].dataset.tab),
    cycleZoom: () => setZoom((zoom + 1) % ZOOMS.length),
    zoomBy: (step) => setZoom(zoom + step),
    pan: (dx, dy) => view.scrollBy(dx * 90, dy * 90),
  };
};
window.Paper = window.openPaper();
