/* The list of stacks: arrows move, a digit or Enter opens. */
(function () {
  "use strict";
  const links = [...document.querySelectorAll("[data-stack]")];
  if (!links.length) return;
  links[0].focus();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select")) return;
    if (document.querySelector("dialog[open]")) return;
    const byKey = links.find((link) => link.dataset.key === event.key);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (byKey) byKey.click();
    if (!step) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))].focus();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
})();
