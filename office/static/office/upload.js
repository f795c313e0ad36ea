"use strict";
/* Handing in scans takes a while: the page says so, and sends them once. */
(() => {
  const form = document.querySelector("[data-upload]");
  const button = form.querySelector("button"), said = form.querySelector("[data-said]");
  const files = form.querySelector("input[type=file]");
  const before = said.textContent;

  function rest() {
    button.disabled = false;
    said.textContent = files.files.length ? `${files.files.length} berkas dipilih.` : before;
  }

  files.addEventListener("change", rest);
  form.addEventListener("submit", () => {
    button.disabled = true;
    said.textContent = "Sedang mengirim dan membaca. Biarkan halaman ini terbuka.";
  });
  // The browser's back button brings the page as it was left.
  window.addEventListener("pageshow", rest);
})();
