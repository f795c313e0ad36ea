/* Sending answers, one after the other. Each carries the version that the last reply gave, so
   that another person's change is noticed; without connection an answer waits and is retried. */
window.Saving = function (desk, on) {
  "use strict";
  let version = desk.dataset.version;
  let waiting = 0;
  let stopped = false;
  let cutOff = false;
  let chain = Promise.resolve();

  async function post(form, address) {
    const answer = await fetch(address, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": desk.dataset.token, Accept: "application/json" },
      keepalive: true,
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      return { status: 403, body: { error: "Anda sudah keluar. Masuk lagi, lalu ulangi jawaban terakhir." } };
    }
    return { status: answer.status, body: await answer.json() };
  }

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  async function send(form, tag, address) {
    while (!stopped) {
      try {
        form.set("version", version);
        const { status, body } = await post(form, address);
        cutOff = false;
        if (status === 200) {
          version = body.version || version;
          return on.took(tag, body);
        }
        if (status === 422) return on.refused(tag, body.problem);
        if (status === 409 && body.conflict) return on.conflict(tag, body);
        if (status === 409 && tag.undo) return on.say(body.error, true);
        return stop(body.error || "Jawaban tidak tersimpan. Muat ulang halaman ini.");
      } catch (error) {
        cutOff = true;
        on.say("Belum tersimpan: komputer kantor tidak menjawab. Jangan ditutup …", true);
        await pause(2000);
      }
    }
    return undefined;
  }

  function stop(text) {
    stopped = true;
    const bar = document.querySelector("[data-stop]");
    bar.hidden = false;
    bar.querySelector("p").textContent = text;
    on.say("Belum tersimpan", true);
  }

  function push(values, tag, address) {
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) form.set(name, String(value));
    waiting += 1;
    on.say("Menyimpan …");
    chain = chain.then(() => send(form, tag, address || desk.dataset.save)).finally(() => { waiting -= 1; });
  }

  function reload() {
    stopped = false;
    cutOff = false;
    window.location.reload();
  }

  window.addEventListener("beforeunload", (event) => {
    /* The last answer alone still leaves with the page (keepalive); more than that may not. */
    on.leaving();
    if (waiting > 1 || cutOff || stopped) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-reload]")) button.addEventListener("click", reload);

  return {
    push,
    idle: () => chain,
    version: () => version,
    isLast: () => waiting <= 1,
    isStopped: () => stopped,
  };
};
