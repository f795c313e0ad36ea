/* What to begin with at the desk: F7 goes to the list, arrows go along it, Enter goes there. Of two
   images of one page the new one is shown, and H changes between both. */
window.Jumps = function (place) {
  "use strict";
  const list = [...document.querySelectorAll(".jumps button, .jumps a")];
  const choices = list.filter((jump) => jump.dataset.jumpChoice);

  function next() {
    const at = list.indexOf(document.activeElement);
    const left = list.filter((jump) => !jump.classList.contains("is-done"));
    const jump = left.find((one) => list.indexOf(one) > at) || left[0] || list[0];
    if (jump) jump.focus();
  }

  function step(from, by) {
    const at = list.indexOf(from) + by;
    list[Math.max(0, Math.min(list.length - 1, at))].focus();
  }

  function choose(name) {
    const note = document.querySelector(`[data-choice="${name}"]`);
    window.Paper.flip(note.dataset.old, name, true);
    note.querySelector("[data-flip]").focus();
  }

  const flip = (note) => window.Paper.flip(note.dataset.old, note.dataset.choice);

  for (const jump of list) {
    if (jump.dataset.jump) jump.addEventListener("click", () => place.focusOn(place.find(jump.dataset.jump)));
    if (jump.dataset.jumpChoice) jump.addEventListener("click", () => choose(jump.dataset.jumpChoice));
  }
  for (const button of document.querySelectorAll("[data-flip]")) {
    button.addEventListener("click", () => flip(button.closest("[data-choice]")));
  }

  const firstField = () => list.map((jump) => jump.dataset.jump).find(Boolean);
  return { next, step, flip, firstChoice: () => choices[0], firstField };
};
