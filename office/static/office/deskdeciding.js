/* What Enter, the digits and the buttons of a field decide, and what is asked before they do. */
window.DeskDeciding = function (place, save) {
  "use strict";
  const F = window.DeskField;

  function goOn(field) {
    field.classList.remove("is-open");
    place.nextOpen(1);
  }

  function confirm(field) {
    if (isUnread(field) || isShort(field) || isBlankUnasked(field) || isUnpicked(field)) return;
    const wasOpen = F.isOpen(field);
    save(field, wasOpen);
    if (wasOpen) field.classList.remove("is-open");
    place.nextOpen(1);
  }

  function isUnread(field) {
    const text = F.textOf(field);
    const isLeft = text && text.value.trim() === "" && field.dataset.ink === "yes" && F.isOpen(field);
    if (!isLeft || field.dataset.blank || field.dataset.unreadable) return false;
    F.showProblem(field, "Ada tulisan di kertas. Ketik isinya; F9 bila tidak terbaca, F4 bila sebenarnya kosong.", false);
    return true;
  }

  /* A number that misses digits is nearly always a slip: ask once, then believe. */
  function isShort(field) {
    const text = F.textOf(field);
    const missing = text ? window.Combs.missing(field) : 0;
    if (missing === 0 || field.shortText === text.value) return false;
    field.shortText = text.value;
    F.showProblem(field, `Baru ${window.Combs.digits(field)} angka, kurang ${missing}. Bila di kertas memang begitu, tekan Enter sekali lagi.`, true);
    return true;
  }

  /* No mark in a question of several answers, and the machine does not know either: ask once. */
  function isBlankUnasked(field) {
    const isBlank = field.dataset.kind === "multiple" && !field.dataset.guess && !F.inputs(field).some((input) => input.checked);
    if (!isBlank || !F.isOpen(field) || field.askedBlank) return false;
    field.askedBlank = true;
    F.showProblem(field, "Tidak ada yang dipilih. Bila di kertas memang begitu, tekan Enter sekali lagi.", true);
    return true;
  }

  function isUnpicked(field) {
    const isPicked = F.textOf(field) || field.dataset.kind === "multiple" || F.inputs(field).some((input) => input.checked);
    if (isPicked || !F.isOpen(field)) return false;
    F.showProblem(field, "Pilih dulu jawabannya.", true);
    return true;
  }

  /* `mark`: "blank" or "unreadable". */
  function setEmpty(field, mark) {
    const text = F.textOf(field);
    if (!text) return;
    text.value = "";
    F.forgetEmpty(field);
    field.dataset[mark] = "1";
    save(field, true);
    goOn(field);
  }

  function chooseRival(field, button) {
    F.textOf(field).value = button.dataset.rival;
    window.Combs.count(field);
    save(field, true);
    goOn(field);
  }

  function pick(field, digit) {
    const rivals = [...field.querySelectorAll("[data-rival]")];
    if (!rivals.length) return pickChoice(field, digit);
    if (rivals[digit - 1]) return chooseRival(field, rivals[digit - 1]);
    const text = F.textOf(field);
    text.focus();
    return text.setRangeText(String(digit), text.value.length, text.value.length, "end");
  }

  function pickChoice(field, digit) {
    const all = F.inputs(field).filter((input) => input.type !== "text");
    const none = all.find((input) => input.closest(".none"));
    const target = digit === 0 ? none : all.filter((input) => input !== none)[digit - 1];
    if (!target) return;
    target.checked = target.type === "radio" ? true : !target.checked;
    target.focus({ preventScroll: true });
    save(field, true);
  }

  /* What the register has of this person goes into the entry; Enter confirms it, as any other. */
  function useKnown(field) {
    const button = F.knownOf(field);
    const text = F.textOf(field);
    if (!button || !text) return;
    text.value = button.dataset.known;
    window.Combs.count(field);
    text.focus({ preventScroll: true });
  }

  return { confirm, setEmpty, chooseRival, pick, useKnown };
};
