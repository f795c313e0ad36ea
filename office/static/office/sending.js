/* A queue of answers to the server, one after the other. Without connection an answer waits and
   is tried again; after signing out it waits until somebody has signed in again. What else the
   server refuses is told, and what follows it waits. */
window.Sending = function (root, on) {
  "use strict";
  const bar = document.querySelector("[data-stop]");
  const [signIn, retryButton, reloadButton] = ["signin", "retry", "reload"].map((name) => bar.querySelector(`[data-${name}]`));
  let token = root.dataset.token;
  let waiting = 0;
  let cutOff = false;
  let halted = null;
  let chain = Promise.resolve();

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  async function post(url, values) {
    const form = new FormData();
    for (const [name, value] of Object.entries(values)) form.set(name, String(value));
    const answer = await fetch(url, {
      method: "POST",
      body: form,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      keepalive: true,
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      return { status: 401, body: { error: "Anda sudah keluar. Masuk lagi di jendela baru, lalu tekan “Coba lagi”.", signed_out: true } };
    }
    if (answer.status >= 500) throw new Error(String(answer.status));
    return { status: answer.status, body: await answer.json() };
  }

  async function send(url, values, takes) {
    for (;;) {
      let reply = null;
      try {
        reply = await post(url, values());
        cutOff = false;
      } catch (error) {
        cutOff = true;
        on.say("Belum tersimpan: komputer kantor tidak menjawab. Dicoba lagi; jangan ditutup …", true);
        await pause(2000);
        continue;
      }
      if (reply.status === 200 || takes(reply.status, reply.body)) return reply.body;
      await halt(reply.body);
    }
  }

  /* Says what is the matter, and waits for "Coba lagi"; where that helps nothing, for ever. */
  function halt(body) {
    bar.hidden = false;
    bar.querySelector("p").textContent = body.error || "Jawaban tidak tersimpan.";
    signIn.hidden = !body.signed_out;
    retryButton.hidden = Boolean(reloadButton) && !body.signed_out;
    on.say("Belum tersimpan", true);
    return new Promise((go) => { halted = go; });
  }

  /* Signing in makes a new token, which every page carries. */
  async function retry() {
    if (!halted) return;
    try {
      const page = await fetch(root.dataset.list, { redirect: "manual" });
      if (page.ok) {
        const read = new DOMParser().parseFromString(await page.text(), "text/html");
        token = read.querySelector("input[name=csrfmiddlewaretoken]").value;
        for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
      }
    } catch (error) {
      on.say("Belum tersimpan: komputer kantor tidak menjawab. Coba lagi sebentar.", true);
      return;
    }
    const go = halted;
    halted = null;
    bar.hidden = true;
    go();
  }

  /* `values()` is asked when the answer really leaves. `takes(status, body)`: replies that the
     caller sees to, beside 200; the promise brings their bodies. */
  function push(url, values, takes = () => false) {
    waiting += 1;
    if (!halted) on.say("Menyimpan …");
    const done = chain.then(() => send(url, values, takes));
    chain = done.finally(() => { waiting -= 1; });
    return done;
  }

  function reload() {
    waiting = 0;
    cutOff = false;
    halted = null;
    window.location.reload();
  }

  retryButton.addEventListener("click", retry);
  if (reloadButton) reloadButton.addEventListener("click", reload);
  window.addEventListener("beforeunload", (event) => {
    /* The last answer alone still leaves with the page (keepalive); more than that may not. */
    if (on.leaving) on.leaving();
    if (waiting > 1 || cutOff || halted) event.preventDefault();
  }, { signal: on.until });

  return {
    push,
    idle: () => chain,
    isWaiting: () => waiting > 0,
    isHalted: () => Boolean(halted),
    askAgain: () => [signIn, retryButton, reloadButton].find((one) => one && !one.hidden).focus(),
    token: () => token,
  };
};
