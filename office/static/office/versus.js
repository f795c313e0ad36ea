/* Somebody else decided the same field meanwhile: both answers side by side, and two buttons.
   What was typed here is not lost, and nothing else on the page changes. */
window.Versus = (function () {
  "use strict";

  function element(name, text, more) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more || {});
  }

  function pair(who, what) {
    return [element("dt", who), element("dd", what || "kosong")];
  }

  /* on: {theirs(), mine()} */
  function show(field, said, theirs, mineText, on) {
    const box = field.querySelector(".versus");
    const list = document.createElement("dl");
    list.append(...pair(theirs.by, theirs.text), ...pair("Anda", mineText));
    const take = element("button", `Pakai punya ${theirs.by}`, { type: "button", onclick: on.theirs });
    const keep = element("button", "Pakai punya saya", { type: "button", onclick: on.mine });
    const lead = document.createElement("p");
    lead.append(element("b", "Lihat bedanya. "), said);
    if (theirs.secret) {
      const then = "lalu ketik ulang atau bandingkan dengan gambar.";
      lead.append(` Isinya disembunyikan: pakai punya ${theirs.by} dahulu, ${then}`);
    }
    box.replaceChildren(lead, list, take);
    if (!theirs.secret) box.append(" ", keep);
    box.hidden = false;
    field.classList.add("has-versus");
  }

  function hide(field) {
    field.querySelector(".versus").hidden = true;
    field.classList.remove("has-versus");
  }

  return { show, hide };
})();
