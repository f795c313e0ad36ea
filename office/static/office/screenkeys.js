/* The list of this screen's keys, where no script of the screen itself has one: ? or F1 opens it, and
   the focus goes back to where it was. */
(function () {
  "use strict";
  const dialog = document.querySelector("[data-screen-keys]");
  const open = () => dialog.showModal();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const isTyped = event.key === "?" && event.target.matches("input, textarea, select");
    if (isTyped || event.key !== "?" && event.key !== "F1") return;
    event.preventDefault();
    open();
  });
  document.querySelector("[data-open-keys]").addEventListener("click", open);
})();
