/* Where one is on the sheet: from field to field, to the next that is open, and how long and with
   how many keys one was at it. */
window.DeskPlace = function (desk, on) {
  "use strict";
  const F = window.DeskField;
  let fields = [...desk.querySelectorAll(".field")];
  let here = null;
  let since = 0;
  let keystrokes = 0;

  function restart() {
    since = performance.now();
    keystrokes = 0;
  }

  function enter(field) {
    if (field === here) return;
    if (here) {
      here.classList.remove("is-here");
      on.left(here);
    }
    here = field;
    restart();
    field.classList.add("is-here");
    if (window.Paper) window.Paper.show(field.dataset.page, F.boxOf(field));
  }

  function unfold(rows) {
    rows.hidden = false;
    const line = desk.querySelector(`[data-unfold="${rows.id}"]`);
    if (line) line.closest(".blank").hidden = true;
    window.Combs.arrange();
  }

  function focusOn(field) {
    if (!field) return;
    const hidden = field.closest("[data-rows]");
    if (hidden && hidden.hidden) unfold(hidden);
    const target = F.target(field);
    enter(field);
    if (target) {
      target.focus({ preventScroll: true });
      if (target.type === "text") window.Doubts.next(field);
    }
    field.scrollIntoView({ block: "center" });
  }

  function step(by) {
    const list = fields.filter((field) => field.offsetParent !== null);
    const at = list.indexOf(here);
    focusOn(list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))]);
  }

  function nextOpen(by) {
    const at = fields.indexOf(here);
    const count = fields.length;
    for (let i = 1; i <= count; i += 1) {
      const field = fields[(((at + by * i) % count) + count) % count];
      if (F.isOpen(field) && field !== here) return focusOn(field);
    }
    if (!(here && F.isOpen(here))) on.nothingOpen();
    return undefined;
  }

  /* A fresh card instead of an old one. */
  function replace(old, fresh) {
    if (here === old) here = null;
    old.replaceWith(fresh);
    fields = fields.map((one) => (one === old ? fresh : one));
    F.remember(fresh);
    window.Combs.setUp(fields);
  }

  /* Milliseconds and keys at the field with the caret, since it was entered or last sent. */
  function spent(field) {
    const work = field === here ? { ms: Math.round(performance.now() - since), keys: keystrokes } : { ms: 0, keys: 0 };
    restart();
    return work;
  }

  fields.forEach(F.remember);
  window.Combs.setUp(fields);

  return {
    enter, focusOn, unfold, step, nextOpen, replace, spent,
    all: () => fields,
    find: (name) => fields.find((one) => one.dataset.field === name),
    here: () => here,
    stroke: () => { keystrokes += 1; },
  };
};
