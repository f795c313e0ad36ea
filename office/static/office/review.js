/* The desk of one sheet: its parts put together, and what keys, clicks and typing do.
   Every answer is sent as soon as it is confirmed or left; the sheet can be closed any time. The next
   sheet's desk, fetched ahead, takes the place of this one; `said`: what is told of the last one. */
window.ReviewDesk = function (said) {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  const gone = new AbortController(); /* this sheet from the page, and its listeners with it */
  const until = { signal: gone.signal };
  const F = window.DeskField;
  const savedLine = document.querySelector("[data-saved]");
  const acceptForm = document.querySelector("[data-accept]");
  const keysDialog = document.querySelector("[data-keys]");
  const locked = desk.dataset.locked === "yes";

  function say(text, trouble) {
    savedLine.textContent = text;
    savedLine.classList.toggle("trouble", Boolean(trouble));
  }

  const place = window.DeskPlace(desk, {
    left: (field) => answers.save(field, false),
    nothingOpen: () => acceptForm && (jumps.firstChoice() || acceptForm.querySelector("button[type=submit]")).focus(),
  });
  const answers = window.DeskAnswers(desk, place, say, gone.signal);
  const deciding = window.DeskDeciding(place, answers.save);
  const jumps = window.Jumps(place);
  window.Doubts.setUp(desk, gone.signal);

  /* --- keys --- */
  const commandFor = window.DeskKeys({
    ...place,
    ...deciding,
    jumps,
    undo: answers.undo,
    help: () => keysDialog.showModal(),
    accept: () => acceptForm && acceptForm.requestSubmit(),
  });

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("[data-other]")) return;
    place.stroke();
    const command = commandFor(event);
    if (!command) return;
    event.preventDefault();
    command();
  }, until);

  /* --- the fields --- */
  desk.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    if (field) place.enter(field);
  });
  desk.addEventListener("change", (event) => {
    const field = event.target.closest(".field");
    if (field && event.target.type !== "text") answers.save(field, true);
  });
  desk.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (!field || event.target.type !== "text") return;
    if (event.target.inputMode === "numeric") event.target.value = event.target.value.replace(/[^0-9 ]/g, "");
    F.forgetEmpty(field);
    F.showProblem(field, "", false);
    window.Combs.count(field);
  });
  desk.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.unfold) {
      const rows = document.getElementById(button.dataset.unfold);
      place.unfold(rows);
      place.focusOn(rows.querySelector(".field"));
      return;
    }
    const field = event.target.closest(".field");
    if (!field || event.target.closest(".versus")) return;
    if (button && button.dataset.rival !== undefined) deciding.chooseRival(field, button);
    else if (button && button.dataset.known) deciding.useKnown(field);
    else if (button && button.dataset.do === "confirm") deciding.confirm(field);
    else if (button && button.dataset.do === "other") window.Doubts.other(field);
    else if (button && button.dataset.do) deciding.setEmpty(field, button.dataset.do);
    else if (!event.target.closest("input, label, a")) place.focusOn(field);
  });
  document.addEventListener("paper:point", (event) => {
    const [x, y] = event.detail.point;
    const hit = place.all().find((field) => {
      const box = field.dataset.page === event.detail.page && F.boxOf(field);
      return box && x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
    });
    if (!hit || hit === place.here()) return;
    event.preventDefault();
    place.focusOn(hit);
  }, until);

  /* --- the bar and the dialogs --- */
  const ahead = window.Ahead(answers.sending.token);
  const onward = window.Onward(ahead, (page, told) => {
    gone.abort();
    ahead.show(page);
    window.Paper = window.openPaper();
    window.ReviewDesk(told);
  });
  if (acceptForm) window.Accepting(acceptForm, { place, answers, jumps, say, onward, isFresh: said !== undefined });
  for (const button of document.querySelectorAll("[data-open-dialog]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.openDialog).showModal());
  }
  for (const form of document.querySelectorAll("form:has([data-once-version])")) {
    form.addEventListener("submit", () => { form.elements.version.value = answers.version(); });
  }
  for (const button of document.querySelectorAll("[data-undo]")) button.addEventListener("click", answers.undo);
  for (const button of document.querySelectorAll("[data-next-open]")) {
    button.addEventListener("click", () => place.nextOpen(1));
  }

  /* --- coming and leaving --- */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") answers.leave();
  }, until);
  /* The next person may have the sheet at once. Where this does not arrive its claim runs out. */
  window.addEventListener("pagehide", () => {
    if (locked) return;
    const form = new FormData();
    form.set("csrfmiddlewaretoken", answers.sending.token());
    form.set("screen", desk.dataset.screen);
    navigator.sendBeacon(desk.dataset.leave, form);
  }, until);
  /* A grid leads to a field of this sheet by its name behind the #. */
  const asked =
    place.find(decodeURIComponent(window.location.hash.slice(1))) ||
    place.all().find((field) => field.classList.contains("has-problem"));
  const start =
    asked ||
    place.all().find((field) => field.classList.contains("is-differ")) ||
    (jumps.firstField() && place.find(jumps.firstField())) ||
    place.all().find(F.isOpen);
  if (!locked && !asked && jumps.firstChoice()) jumps.firstChoice().focus();
  else if (start && !locked) place.focusOn(start);
  else if (!locked && acceptForm) acceptForm.querySelector("button[type=submit]").focus();

  const lookAhead = async () => {
    const answer = await fetch(desk.dataset.upcoming);
    const told = answer.ok && !answer.redirected ? await answer.json() : {};
    if (told.desk && !gone.signal.aborted) ahead.look(told.desk);
  };
  if (desk.dataset.upcoming) setTimeout(() => lookAhead().catch(() => {}), 600);
  if (said) window.Onward.tell(said);
};

if (document.querySelector("[data-desk]")) window.ReviewDesk();
/* The back button shows an old copy of the page, or a sheet before this one: fetch what is true now. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
window.addEventListener("popstate", () => {
  const { code } = document.querySelector("[data-desk]").dataset;
  if (!window.location.pathname.includes(code)) window.location.reload(); /* else a place on this page */
});
