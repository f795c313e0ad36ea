/* Doubtful cells of a suggestion: the caret stands on the first one, what is typed goes over it and
   the caret goes on to the next. A full comb is typed over, not into. */
window.Doubts = (function () {
  "use strict";
  const textOf = (field) => field.querySelector("input[type=text]");

  /* [{at, other, done}] in order; read from the page once. */
  function doubts(field) {
    const text = textOf(field);
    if (!text || !text.dataset.doubts) return [];
    if (!field.doubts) {
      field.doubts = text.dataset.doubts.split(" ").map((part) => {
        const at = part.indexOf(":");
        return { at: Number(part.slice(0, at)), other: part.slice(at + 1), done: false };
      });
    }
    return field.doubts;
  }

  function here(field) {
    const text = textOf(field);
    if (!text || text.selectionEnd !== text.selectionStart + 1) return undefined;
    return doubts(field).find((one) => one.at === text.selectionStart);
  }

  function draw(field) {
    const at = here(field);
    for (const one of doubts(field)) {
      for (const part of field.querySelectorAll(`[data-ring="${one.at}"], [data-top="${one.at}"]`)) {
        part.classList.toggle("is-done", one.done);
        part.classList.toggle("is-at", one === at);
      }
    }
  }

  /* To the first cell that is still doubted, or behind the text; false when there is none. */
  function next(field) {
    const text = textOf(field);
    const found = doubts(field).find((one) => !one.done && one.at < text.value.length);
    if (found) text.setSelectionRange(found.at, found.at + 1);
    else text.setSelectionRange(text.value.length, text.value.length);
    draw(field);
    return Boolean(found);
  }

  /* The machine's second reading of the cell with the caret. */
  function other(field) {
    const text = textOf(field);
    const one = here(field) || doubts(field).find((doubt) => !doubt.done);
    if (!text || !one) return false;
    const was = text.value[one.at] || "";
    if (one.other) {
      text.setRangeText(one.other, one.at, one.at + 1, "end");
      one.other = was;
    }
    one.done = true;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    next(field);
    return true;
  }

  function before(event) {
    const text = event.target;
    const field = text.closest(".field");
    if (!field || text.type !== "text" || event.inputType !== "insertText" || !event.data) return;
    if (text.inputMode === "numeric" && /[^0-9 ]/.test(event.data)) {
      event.preventDefault();
      return;
    }
    field.overCell = event.data.length === 1 ? here(field) : undefined;
    const at = text.selectionStart;
    const isFull = text.value.length >= text.maxLength && at < text.value.length;
    if (isFull && at === text.selectionEnd && event.data.length === 1) {
      event.preventDefault();
      text.setRangeText(event.data, at, at + 1, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function after(event) {
    const field = event.target.closest(".field");
    const one = field && field.overCell;
    if (!one) return;
    field.overCell = undefined;
    one.done = true;
    next(field);
  }

  function setUp(desk, until) {
    desk.addEventListener("beforeinput", before);
    desk.addEventListener("input", after);
    document.addEventListener("selectionchange", () => {
      const field = document.activeElement && document.activeElement.closest(".field");
      if (field && doubts(field).length) draw(field);
    }, { signal: until });
  }

  return { setUp, next, other, here };
})();
