/* What can be measured of a screen: contrast, visible focus, and controls that can be reached.
   An expression whose value holds the checks; each returns what is wrong, in words. */
(() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = new Map();

  /* Any colour that CSS can say, as [r, g, b, alpha]. */
  function rgba(text) {
    if (!mixed.has(text)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = text;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      mixed.set(text, [r, g, b, a / 255]);
    }
    return mixed.get(text);
  }

  const mix = (below, above, share) => below.map((value, i) => value + share * (above[i] - value));
  const over = (text, below) => mix(below, rgba(text).slice(0, 3), rgba(text)[3]);

  function behind(element) {
    return element ? over(getComputedStyle(element).backgroundColor, behind(element.parentElement)) : [255, 255, 255];
  }

  /* Text and ground as they reach the eye: what is half transparent lets its ground through. */
  function seen(element, colour, ground) {
    let [text, below] = [over(colour, ground), ground];
    for (let one = element; one; one = one.parentElement) {
      const share = Number(getComputedStyle(one).opacity);
      if (share < 1) [text, below] = [text, below].map((c) => mix(behind(one.parentElement), c, share));
    }
    return [text, below];
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(text, ground) {
    const [low, high] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  function shows(element) {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1 && box.right > 0;
  }

  function called(element) {
    const words = (element.labels?.[0] || element).textContent.trim().replace(/\s+/g, " ").slice(0, 50);
    return `<${element.tagName.toLowerCase()} class="${element.className}" id="${element.id}"> ${words || element.name || ""}`;
  }

  function* texts() {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const element = walk.currentNode.parentElement;
      if (walk.currentNode.data.trim() && !element.closest("noscript, script, option")) yield [element, null];
    }
    for (const element of document.querySelectorAll("body *")) {
      const before = getComputedStyle(element, "::before").content;
      if (/^"\s*\S.*"$/.test(before)) yield [element, "::before"];
      if (element.matches("input, textarea") && !element.value && element.placeholder) yield [element, "::placeholder"];
      else if (element.matches("input[type=text], textarea, select") && element.value) yield [element, null];
    }
  }

  function contrast(least) {
    const poor = new Set();
    for (const [element, part] of texts()) {
      if (!shows(element) || element.closest(":disabled")) continue;
      const style = getComputedStyle(element, part);
      let ground = behind(element);
      if (part === "::before") ground = over(style.backgroundColor, ground);
      let [text, below] = seen(element, style.color, ground);
      if (part) text = mix(below, text, Number(style.opacity));
      const found = ratio(text, below);
      if (found < least) poor.add(`${found.toFixed(2)} ${part || ""} ${called(element)}`);
    }
    return [...poor];
  }

  /* Something of the control lies on top, so that it can be seen and pressed. */
  function reachable(element) {
    const box = element.getClientRects()[0];
    const label = element.labels?.[0];
    return [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.15], [0.5, 0.85]].some(([x, y]) => {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      return top && (element.contains(top) || top.contains(element) && top.matches("label, a, button") || label?.contains(top));
    });
  }

  const controls = () => {
    const open = document.querySelector("dialog[open]");
    return [...(open || document).querySelectorAll(CONTROLS)].filter((one) => shows(one) && !one.disabled && !one.matches(".skip"));
  };

  function cut() {
    const wrong = [];
    for (const one of controls()) {
      one.scrollIntoView({ block: "center", inline: "nearest" });
      const box = one.getBoundingClientRect();
      if (box.left < -1 || box.right > innerWidth + 1) wrong.push(`beside the screen: ${called(one)}`);
      else if (one.matches("a, button") && one.clientWidth && one.scrollWidth > one.clientWidth + 1) wrong.push(`its words are cut: ${called(one)}`);
      else if (!reachable(one)) wrong.push(`covered: ${called(one)}`);
    }
    return wrong;
  }

  /* Words that a box hides; a whole text in a title is not lost, and an entry scrolls. */
  function clipped() {
    const cuts = (style, axis) => ["hidden", "clip"].includes(style[`overflow${axis}`]);
    const wrong = new Set();
    for (const [element, part] of texts()) {
      if (part || element.matches("input, textarea")) continue;
      for (let one = element; one; one = one.parentElement) {
        const style = getComputedStyle(one);
        const lost = cuts(style, "X") && one.scrollWidth > one.clientWidth + 1 || cuts(style, "Y") && one.scrollHeight > one.clientHeight + 1;
        if (lost && shows(element) && shows(one) && !one.closest("[title]")) wrong.add(called(one));
      }
    }
    return [...wrong];
  }

  function wide() {
    const page = document.scrollingElement;
    return page.scrollWidth > page.clientWidth ? [`${page.scrollWidth} px in ${page.clientWidth} px`] : [];
  }

  const PARTS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "backgroundColor", "left"];
  function signature(element) {
    const around = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
    return around.map((one) => PARTS.map((part) => getComputedStyle(one)[part]).join()).join(";");
  }

  /* Call with nothing focused; afterwards `focus` tells of the control that the Tab key reached. */
  function remember() {
    document.activeElement.blur();
    window.unfocused = new Map(controls().concat([...document.querySelectorAll(".skip")]).map((one) => [one, signature(one)]));
  }

  function focus() {
    const one = document.activeElement;
    if (one === document.body) return { again: true };
    const again = !window.unfocused || one.wasHere === true;
    one.wasHere = true;
    if (window.unfocused.get(one) === signature(one)) return { again, wrong: `looks the same without focus: ${called(one)}` };
    if (!reachable(one)) return { again, wrong: `has the focus but is covered: ${called(one)}` };
    return { again };
  }

  return { contrast, cut, clipped, wide, remember, focus };
})()
