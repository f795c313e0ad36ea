/* The first screen of the next stack, or the next sheet's desk, fetched while somebody looks at this
   one: with its pictures, decoded, in elements that are not on the page yet. Nothing of it is kept on
   disk. */
window.Ahead = function (token) {
  "use strict";
  let page = null;

  async function look(url) {
    if (page && page.url === url) return;
    drop();
    const wanted = { url, main: null, root: null, title: "", isReady: false, isTaken: false };
    page = wanted;
    try {
      await load(wanted);
    } catch (error) {
      if (page === wanted) page = null; /* the link to it still works */
    }
    if (page !== wanted && !wanted.isTaken) giveBack(wanted.root, token());
  }

  async function load(wanted) {
    const answer = await fetch(wanted.url + (wanted.url.includes("?") ? "&" : "?") + "awal=1", { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const read = new DOMParser().parseFromString(await answer.text(), "text/html");
    wanted.title = read.title;
    wanted.main = document.createElement("main");
    wanted.main.innerHTML = read.querySelector("main").innerHTML;
    wanted.root = wanted.main.querySelector("[data-grids], [data-desk]");
    if (!wanted.root.querySelector("[data-tile], .field")) throw new Error("nothing is left");
    const images = wanted.main.querySelectorAll("img:not([loading=lazy])");
    await Promise.all([...images].map((image) => image.decode().catch(() => {})));
    wanted.isReady = true;
  }

  /* The page at this address is the caller's now; null where it is not there yet and the browser
     has to fetch it. */
  function take(href) {
    if (!page || new URL(page.url, window.location.href).href !== href) return null;
    const taken = page;
    taken.isTaken = true;
    page = null;
    return taken.isReady ? taken : null;
  }

  const ready = () => (page && page.isReady ? page : null);

  /* The caller's page takes the place of the one on the screen; its address is one of its own. */
  function show(taken) {
    document.querySelector("main").replaceChildren(...taken.main.childNodes);
    document.title = taken.title;
    history.pushState(null, "", taken.url);
  }

  /* Others may have it. */
  function drop() {
    if (page) giveBack(page.root, token());
    page = null;
  }

  const { giveBack } = window.Ahead;
  return { look, ready, take, show, drop };
};

/* Others may have what is on the screen of this stack. */
window.Ahead.giveBack = function (root, token) {
  "use strict";
  if (!root) return;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(root.dataset.leave, form);
};
