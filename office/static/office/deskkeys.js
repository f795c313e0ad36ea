/* What each key does at the desk. Returns for a key press the command it asks for, or null. */
window.DeskKeys = function (act) {
  "use strict";
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const COMMANDS = {
    F1: () => act.help(),
    F2: () => window.Paper && window.Paper.cycleZoom(),
    F3: () => act.here() && window.Doubts.other(act.here()),
    F4: () => act.here() && act.setEmpty(act.here(), "blank"),
    F6: () => act.here() && act.useKnown(act.here()),
    F7: () => act.jumps.next(),
    F8: (event) => act.nextOpen(event.shiftKey ? -1 : 1),
    F9: () => act.here() && act.setEmpty(act.here(), "unreadable"),
  };

  function typing(target) {
    return target.matches("input[type=text], textarea");
  }

  /* In the list of what to begin with, and where one of two images is chosen. */
  function beginningKey(event) {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (by && event.target.closest(".jumps")) return () => act.jumps.step(event.target, by);
    const choice = event.target.closest("[data-choice]");
    return choice && event.key.toLowerCase() === "h" ? () => act.jumps.flip(choice) : null;
  }

  function plainKey(event) {
    if (event.key === "?") return () => act.help();
    if (event.key === "+") return () => window.Paper && window.Paper.zoomBy(1);
    if (event.key === "-") return () => window.Paper && window.Paper.zoomBy(-1);
    if (event.key.toLowerCase() === "z") return act.undo;
    if (event.key.toLowerCase() === "h") return () => window.Paper && window.Paper.turn();
    if (event.key.toLowerCase() === "b") return () => window.Paper && window.Paper.toggleBoxes();
    if (/^[0-9]$/.test(event.key) && act.here()) return () => act.pick(act.here(), Number(event.key));
    return null;
  }

  function sidestep(event) {
    const here = act.here();
    const rivals = [...here.querySelectorAll("[data-rival]")];
    const group = rivals.length ? rivals : window.DeskField.inputs(here).filter((input) => input.type !== "text");
    const at = group.indexOf(event.target);
    if (at < 0) return null;
    const next = group[at + (event.key === "ArrowRight" ? 1 : -1)];
    return () => next && next.focus();
  }

  /* The browser itself takes back letters that were not saved yet. */
  function isBeingTyped(target) {
    const field = target.closest(".field");
    return typing(target) && Boolean(field) && window.DeskField.isChanged(field);
  }

  function commandFor(event) {
    /* A key that is held down accepts one sheet, not those behind it. */
    if (event.key === "Enter" && event.ctrlKey) return event.repeat ? () => {} : act.accept;
    /* Also from an entry: a code or a name is one word, with nothing to jump over. */
    if (event.ctrlKey && ARROWS[event.key]) return () => window.Paper && window.Paper.pan(...ARROWS[event.key]);
    if (event.ctrlKey && event.key.toLowerCase() === "z") return isBeingTyped(event.target) ? null : act.undo;
    if (event.ctrlKey || event.altKey || event.metaKey) return null;
    if (COMMANDS[event.key]) return () => COMMANDS[event.key](event);
    const beginning = beginningKey(event);
    if (beginning) return beginning;
    const inField = event.target.closest(".field");
    if (event.key === "Enter" && inField && event.target.tagName === "INPUT") return () => act.confirm(inField);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return () => act.step(event.key === "ArrowDown" ? 1 : -1);
    if (event.key === " " && inField && event.target.inputMode === "numeric" && window.Doubts.here(inField)) {
      return () => window.Doubts.other(inField);
    }
    if (typing(event.target)) return null;
    if (inField && act.here() && ARROWS[event.key]) return sidestep(event);
    return plainKey(event);
  }

  return commandFor;
};
