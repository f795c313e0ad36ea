/* Answers of the desk: sent as soon as they are given, and what the page shows when the server has
   taken or refused one, took one back, or when somebody else was first. */
window.DeskAnswers = function (desk, place, say, until) {
  "use strict";
  const F = window.DeskField;
  const [todoLine, againLine, acceptWords] = ["todo", "again", "accept-words"].map((name) => document.querySelector(`[data-${name}]`));
  const locked = desk.dataset.locked === "yes";
  let version = desk.dataset.version;
  let second = Number(desk.dataset.second);

  const leave = () => place.here() && save(place.here(), false);
  const sending = window.Sending(desk, { say, leaving: leave, until });

  /* The version is that of the last reply, so that another person's change is noticed. */
  function send(address, values, takes) {
    return sending.push(address, () => ({ ...values, version, by: desk.dataset.by }), takes);
  }

  function save(field, force) {
    const value = F.valueOf(field);
    const sent = JSON.stringify(value);
    if (locked || (!force && sent === field.last)) return;
    field.last = sent;
    const known = F.knownOf(field);
    const values = {
      field: field.dataset.field,
      value: sent,
      shown: field.dataset.seen,
      ...place.spent(field),
      ...(known && known.dataset.known === value ? { known: "on" } : {}),
    };
    const takes = (status, body) => status === 422 || (status === 409 && Boolean(body.conflict));
    send(desk.dataset.save, values, takes).then((body) => {
      if (body.problem) refused(field, body.problem);
      else if (body.conflict) conflict(field, body);
      else took(field, sent, body);
    });
  }

  function took(field, sent, body) {
    window.Versus.hide(field);
    F.showDecided(field, sent, body);
    settled(field.dataset.field, "decided");
    around(body);
    say(sending.isWaiting() ? "Menyimpan …" : "Semua tersimpan");
  }

  function refused(field, problem) {
    field.last = "";
    field.classList.add("is-open");
    F.showProblem(field, problem, false);
    say("Satu isian belum tersimpan", true);
  }

  /* The sheet as a whole after an answer: warnings, what is open, what a second person must key. */
  function around(body) {
    version = body.version;
    for (const one of place.all()) {
      const isHard = one.classList.contains("has-problem");
      if (!isHard) F.showProblem(one, body.warnings[one.dataset.field], true);
    }
    todoLine.replaceChildren(...wordsOfTodo(body.open));
    second = body.second;
    againLine.hidden = second === 0;
    againLine.querySelector("b").textContent = String(second);
    if (acceptWords) acceptWords.textContent = second ? acceptWords.dataset.wait : acceptWords.dataset.done;
  }

  function wordsOfTodo(open) {
    if (open === 0) return ["Semua sudah diperiksa"];
    const number = document.createElement("b");
    number.textContent = String(open);
    return [number, " perlu diperiksa"];
  }

  function settled(name, state) {
    if (window.Paper) window.Paper.mark(name, state);
    for (const jump of document.querySelectorAll("[data-jump]")) {
      if (jump.dataset.jump === name) jump.classList.toggle("is-done", state === "decided");
    }
  }

  /* --- taken back, and answers that others gave meanwhile --- */
  function put(name, html) {
    const piece = document.createElement("template");
    piece.innerHTML = html;
    const fresh = piece.content.querySelector(".field");
    place.replace(place.find(name), fresh);
    settled(name, F.isOpen(fresh) ? "open" : fresh.classList.contains("is-decided") ? "decided" : "sure");
    place.focusOn(fresh);
  }

  function undo() {
    if (locked || sending.isHalted()) return;
    leave();
    send(desk.dataset.undoAt, {}, (status) => status === 409).then((body) => {
      if (body.error) return say(body.error, true);
      if (!body.field) return say(body.said, true);
      put(body.field, body.html);
      around(body);
      return say(body.said);
    });
  }

  async function fetchAgain(field) {
    const name = field.dataset.field;
    const answer = await fetch(desk.dataset.fieldAt.replace("ISIAN", name), { redirect: "manual" });
    if (answer.status !== 200) return window.location.reload();
    put(name, await answer.text());
    return say("Semua tersimpan");
  }

  function conflict(field, body) {
    window.Versus.show(field, body.error, body.conflict, F.wordsOf(field), {
      theirs: () => fetchAgain(field),
      mine: () => {
        field.dataset.seen = body.conflict.seen;
        window.Versus.hide(field);
        save(field, true);
      },
    });
    field.classList.add("is-open");
    field.scrollIntoView({ block: "center" });
    say("Belum tersimpan: rekan menjawab isian yang sama. Lihat bedanya.", true);
  }

  return { save, leave, undo, sending, version: () => version, second: () => second };
};
