/* Typed characters stand under their cells on the picture: a slip is then seen at once. */
window.Combs = (function () {
  "use strict";
  const ruler = document.createElement("canvas").getContext("2d");
  let fields = [];

  function place(field) {
    const image = field.querySelector("[data-comb]");
    const text = field.querySelector("input[type=text]");
    if (!image || !image.clientWidth) return;
    const [left, right, length] = image.dataset.comb.split(" ").map(Number);
    const pitch = ((right - left) * image.clientWidth) / length;
    const size = Math.max(11, Math.min(20, pitch * 1.35));
    text.style.fontSize = `${size}px`;
    ruler.font = `600 ${size}px ${getComputedStyle(text).fontFamily}`;
    const space = pitch - ruler.measureText("0").width;
    if (space < 0) return;
    text.parentElement.classList.add("comb");
    text.style.letterSpacing = `${space}px`;
    text.style.paddingLeft = `${left * image.clientWidth + space / 2}px`;
    text.style.width = `${Math.max(right * image.clientWidth + pitch / 2, 5 * pitch)}px`;
  }

  function count(field) {
    const line = field.querySelector("[data-count]");
    if (line) line.textContent = `${digits(field)}/${line.dataset.count}`;
  }

  function digits(field) {
    return field.querySelector("input[type=text]").value.replace(/\D/g, "").length;
  }

  /* How many digits are missing from a number of fixed length; 0 for an empty or whole one. */
  function missing(field) {
    const line = field.querySelector("[data-count]");
    const typed = line ? digits(field) : 0;
    return typed === 0 ? 0 : Number(line.dataset.count) - typed;
  }

  function arrange() {
    fields.filter((field) => field.querySelector("[data-comb]")).forEach(place);
  }

  /* Once for all fields, and again when one of them was put anew. */
  function setUp(all) {
    if (!fields.length) window.addEventListener("resize", arrange);
    fields = all.filter((field) => field.querySelector("input[type=text]"));
    fields.forEach(count);
    arrange();
  }

  return { setUp, arrange, count, digits, missing };
})();
