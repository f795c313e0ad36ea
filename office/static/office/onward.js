/* From one sheet to the next: where its desk is here already, and the server says that it is still
   true, `enter` puts it on the screen at once. Or else as a page, and so does whatever goes wrong. */
window.Onward = function (ahead, enter) {
  "use strict";

  /* What the next desk shows, so that the server can compare. */
  function fetched(page) {
    const { dataset } = page.root;
    return { ahead: dataset.code, ahead_version: dataset.version, ahead_screen: dataset.screen };
  }

  /* The server's answer to going on, or null. */
  async function ask(url, init) {
    try {
      const reply = await fetch(url, { ...init, redirect: "manual" });
      return reply.status === 200 ? await reply.json() : null;
    } catch (error) {
      return null;
    }
  }

  function arrive(page, told) {
    if (told.enters && ahead.take(new URL(page.url, window.location.href).href)) enter(page, told.said);
    else window.location.assign(told.desk);
  }

  /* Accept: sent once more as a page where no answer came, which the server takes for the same. */
  async function send(form) {
    const page = ahead.ready();
    if (!page) return form.submit();
    const body = new FormData(form);
    for (const [name, value] of Object.entries(fetched(page))) body.set(name, value);
    const told = await ask(form.action, { method: "POST", body });
    return told ? arrive(page, told) : form.submit();
  }

  /* Leave a sheet that waits for somebody else. */
  async function pass(url) {
    const page = ahead.ready();
    if (!page) return window.location.assign(url);
    const told = await ask(`${url}&${new URLSearchParams(fetched(page))}`);
    return told ? arrive(page, told) : window.location.assign(url);
  }

  return { send, pass };
};

/* What is said of the sheet before, with the way back to it. */
window.Onward.tell = function (html) {
  "use strict";
  const note = document.createElement("div");
  note.className = "note success";
  note.setAttribute("role", "status");
  note.innerHTML = `<p>${html}</p>`;
  document.querySelector(".alerts").append(note);
};
