/* Accepting a sheet: what still waits is shown first; a sheet that waits for somebody else's second
   keying is left for the next one. */
window.Accepting = function (form, desk) {
  "use strict";
  let warned = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    desk.leave();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    await desk.saving.idle();
    if (desk.saving.isStopped()) return;
    const versus = desk.fields().find((field) => field.classList.contains("has-versus"));
    if (versus) {
      button.disabled = false;
      versus.querySelector(".versus button").focus();
      return;
    }
    const open = desk.fields().find(desk.isOpen);
    if (open) {
      button.disabled = false;
      desk.focusOn(open);
      desk.showProblem(open, "Periksa dulu bagian ini, baru lembar dapat diterima.", false);
      return;
    }
    const doubted = desk.fields().find((field) => !field.querySelector(".problem").hidden);
    if (doubted && !warned) {
      warned = true;
      button.disabled = false;
      desk.focusOn(doubted);
      desk.say("Ada peringatan. Sudah benar? Tekan Terima sekali lagi.", true);
      return;
    }
    if (desk.second()) {
      window.location.assign(form.dataset.skip);
      return;
    }
    form.elements.version.value = desk.saving.version();
    form.submit();
  });
};
