/* Accepting a sheet: what still waits is shown first; a sheet that waits for somebody else's second
   keying is left for the next one. */
window.Accepting = function (form, desk) {
  "use strict";
  const { place, answers, jumps, say, onward, isFresh } = desk;
  const F = window.DeskField;
  const button = form.querySelector("button[type=submit]");
  const SOON_MS = 600; /* after it took the place of another, nobody can have looked at a sheet */
  const shownAt = performance.now();
  let warned = false;

  /* Whether something must be seen first; it has the focus then. */
  function isHeldBack() {
    const versus = place.all().find((field) => field.classList.contains("has-versus"));
    if (versus) {
      versus.querySelector(".versus button").focus();
      return true;
    }
    if (jumps.firstChoice()) {
      jumps.firstChoice().focus();
      say("Pilih dulu salah satu dari dua gambar.", true);
      return true;
    }
    const open = place.all().find(F.isOpen);
    if (open) {
      place.focusOn(open);
      F.showProblem(open, "Periksa dulu bagian ini, baru lembar dapat diterima.", false);
      return true;
    }
    const doubted = place.all().find((field) => !field.querySelector(".problem").hidden);
    if (doubted && !warned) {
      warned = true;
      place.focusOn(doubted);
      say("Ada peringatan. Sudah benar? Tekan Terima sekali lagi.", true);
      return true;
    }
    return false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return undefined; /* it is on its way */
    if (isFresh && performance.now() - shownAt < SOON_MS) return say("Ini lembar berikutnya. Lihat dulu, baru terima.", true);
    if (answers.sending.isHalted()) return answers.sending.askAgain();
    answers.leave();
    button.disabled = true;
    await answers.sending.idle();
    if (isHeldBack()) {
      button.disabled = false;
      return undefined;
    }
    if (answers.second()) return onward.pass(form.dataset.skip);
    form.elements.version.value = answers.version();
    return onward.send(form);
  });
};
