/* One field's card at the desk: what is entered, and what is shown of it. Knows no server. */
window.DeskField = (function () {
  "use strict";
  const textOf = (field) => field.querySelector("input[type=text]");
  const inputs = (field) => [...field.querySelectorAll("input")];
  const isOpen = (field) => field.classList.contains("is-open");
  const knownOf = (field) => field.querySelector("[data-known]");

  function valueOf(field) {
    const text = textOf(field);
    if (text) return text.value.trim() === "" && field.dataset.unreadable ? null : text.value;
    const chosen = inputs(field).filter((input) => input.checked).map((input) => input.value);
    if (field.dataset.kind === "multiple") return chosen;
    if (field.dataset.kind === "ink") return chosen.length ? chosen[0] === "ada" : null;
    return chosen.length && chosen[0] !== "" ? chosen[0] : null;
  }

  /* What the server has of it, as JSON: only what differs from that is sent. */
  function remember(field) {
    field.last = JSON.stringify(valueOf(field));
  }

  const isChanged = (field) => JSON.stringify(valueOf(field)) !== field.last;

  function wordsOf(field) {
    const text = textOf(field);
    if (text) return text.value;
    const chosen = inputs(field).filter((input) => input.checked);
    return chosen.map((input) => input.nextElementSibling.firstChild.textContent.trim()).join(", ") || "tidak diisi";
  }

  function boxOf(field) {
    const text = field.dataset.box;
    return text ? text.split(" ").map(Number) : null;
  }

  function showProblem(field, text, soft) {
    const line = field.querySelector(".problem");
    line.textContent = text || "";
    line.hidden = !text;
    line.classList.toggle("soft", Boolean(soft));
    field.classList.toggle("has-problem", Boolean(text) && !soft);
  }

  function showLine(line, text) {
    line.textContent = text;
    line.hidden = !text;
  }

  /* Decided: what the server says that stands there now. What was typed meanwhile stays. */
  function showDecided(field, sent, body) {
    const text = textOf(field);
    if (text && body.text !== null && JSON.stringify(valueOf(field)) === sent) {
      text.value = body.text;
      remember(field);
    }
    showProblem(field, "", true);
    field.classList.remove("is-open", "is-empty", "is-sure", "is-differ");
    field.classList.add("is-decided");
    field.dataset.seen = body.seen;
    field.querySelector(".flag").textContent = body.flag;
    showLine(field.querySelector(".was"), body.was);
    field.querySelector(".awaits").hidden = !body.awaits;
  }

  /* Where the caret goes: to the two typings, to a doubtful choice, to the chosen one. */
  function target(field) {
    return (
      field.querySelector("[data-rival]") ||
      field.querySelector(".choice.doubtful input") ||
      inputs(field).find((input) => input.checked && input.type === "radio") ||
      inputs(field)[0]
    );
  }

  function forgetEmpty(field) {
    delete field.dataset.blank;
    delete field.dataset.unreadable;
  }

  return { textOf, inputs, isOpen, knownOf, valueOf, remember, isChanged, wordsOf, boxOf, showProblem, showDecided, target, forgetEmpty };
})();
