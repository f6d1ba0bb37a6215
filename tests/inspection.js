// What inspection.py asks of a page that is open. A fault is [rule, element, what to do].
const inspection = (() => {
  const named = (element) => {
    const tag = element.cloneNode(false).outerHTML.split("</")[0];
    return `${tag}${element.textContent.trim().slice(0, 60)}`.replace(/\s+/g, " ");
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getClientRects().length;
  const all = (selector) => [...document.querySelectorAll(selector)];

  // What a change of the window begins is at its end. A page may hear of the change in one frame and show it in the next.
  const settled = async () => {
    for (let frame = 0; frame < 2; frame++) {
      await new Promise(requestAnimationFrame);
      for (const animation of document.getAnimations()) animation.finish();
    }
  };

  const scrolls = (element) => getComputedStyle(element).overflowX !== "visible";
  const inScroller = (element) => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) if (scrolls(e)) return true;
    return false;
  };
  const sticksOut = (width) =>
    all("body *").filter((e) => e.getBoundingClientRect().right > width + 1 && !inScroller(e) && shown(e));

  const wide = (width) => {
    if (document.documentElement.scrollWidth <= width) return [];
    const todo = "The page scrolls sideways. Let this wrap, or scroll inside itself, and name the width in a meta viewport.";
    const found = sticksOut(width);
    return (found.length ? found : [document.documentElement]).slice(0, 3).map((e) => ["too wide", named(e), todo]);
  };

  const headings = () => {
    const found = all("h1, h2, h3, h4, h5, h6").filter(shown);
    const faults = [];
    let level = 0;
    for (const heading of found) {
      const next = +heading.tagName[1];
      if (next > level + 1) faults.push(["headings", named(heading), `Make it h${level + 1}: no level is skipped.`]);
      level = next;
    }
    const first = found.filter((heading) => heading.tagName === "H1");
    if (first.length !== 1) faults.push(["headings", `${first.length} h1`, "Give the page one h1."]);
    return faults;
  };

  // How texts look, {look: element}: colour, size, weight and line, and the colours behind them; of a link also the colour
  // of the text around it. One that looks like another is as easy to read, and as easily told from what is around it.
  const looks = () => {
    const behind = new Map([[null, ""]]);
    const colours = (element) => {
      if (!behind.has(element)) {
        const style = getComputedStyle(element);
        const own = `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}`;
        const above = colours(element.parentElement);
        behind.set(element, own === "rgba(0, 0, 0, 0) none 1" ? above : `${above} ${own}`);
      }
      return behind.get(element);
    };
    const found = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let element, text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement === element || !text.data.trim()) continue;
      element = text.parentElement;
      const link = element.closest("a");
      const around = link ? `${getComputedStyle(link).textDecorationLine} ${getComputedStyle(link.parentElement).color}` : "";
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const look = `${color} ${fontSize} ${fontWeight} ${around} ${colours(element)}`;
      if (!found.has(look) && shown(element)) found.set(look, link || element);
    }
    return found;
  };

  const violations = async (context, options) => {
    const { violations } = await axe.run(context, { ...options, preload: false, resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 3).map((n) => [id, n.html.slice(0, 200), `${help}. ${n.failureSummary.replace(/\s+/g, " ")}`]));
  };
  // Every rule but those of colours, and two best practices that the book's theme does not keep: that each word stands in a
  // landmark, and that landmarks have different names (each block of code is one).
  const ofColours = ["color-contrast", "link-in-text-block"];
  const left = Object.fromEntries([...ofColours, "region", "landmark-unique"].map((rule) => [rule, { enabled: false }]));
  const rules = (apart) => violations({ include: document, exclude: all(apart) }, { rules: left });
  const colours = async (read) => {
    const found = looks();
    for (const look of read) found.delete(look);
    if (!found.size) return [];
    read.push(...found.keys());
    return violations({ include: [...found.values()] }, { runOnly: ofColours });
  };

  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = pixel.getImageData(0, 0, 1, 1).data;
    return opacity < 128 ? 1 : (0.2126 * red ** 2.2 + 0.7152 * green ** 2.2 + 0.0722 * blue ** 2.2) / 255 ** 2.2;
  };
  const onPaper = (width) => {
    const cut = (e) => scrolls(e) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1;
    const dark = all("html, body, body *").filter((e) => luminance(getComputedStyle(e).backgroundColor) < 0.5);
    const pale = [...looks().values()].filter((e) => luminance(getComputedStyle(e).color) > 0.5);
    const list = (rule, elements, todo) => elements.filter(shown).slice(0, 3).map((e) => [rule, named(e), todo]);
    return [
      ...list("menu", all("nav, form, input, [role=search], [role=dialog]"), "@media print: display: none."),
      ...list("folded", all("details:not([open])"), "Nobody unfolds paper: open it in beforeprint."),
      ...list("cut off", all("body *").filter(cut), "@media print: white-space: pre-wrap, or a smaller font."),
      ...list("cut off", sticksOut(width), "@media print: let it wrap, or max-width: 100%."),
      ...list("dark", dark, "@media print: a light background."),
      ...list("pale", pale, "@media print: a dark colour for this text."),
    ];
  };

  // The elements of MathML Core. A browser knows those of HTML and SVG by their classes, and has one for all of MathML.
  const ofMath = "annotation annotation-xml maction math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts "
    + "mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics";
  const isKnown = (element) => {
    if (element instanceof MathMLElement) return ofMath.split(" ").includes(element.localName);
    if (element instanceof SVGElement) return element.constructor !== SVGElement;
    if (element.localName.includes("-")) return Boolean(customElements.get(element.localName));
    return element instanceof HTMLElement && !(element instanceof HTMLUnknownElement);
  };
  const unknown = () =>
    all("*").filter((e) => !isKnown(e)).slice(0, 3).map((e) =>
      ["unknown element", named(e), `HTML has no ${e.localName}, and a reader sees nothing of it. If it is a word, write &lt; before it.`]);

  const dark = (width, apart, read) => colours(read);
  const light = async (width, apart, read) =>
    [...wide(width), ...headings(), ...unknown(), ...(await rules(apart)), ...(await colours(read))];
  const paper = async (width) => {
    dispatchEvent(new Event("beforeprint"));
    await settled();
    return onPaper(width);
  };
  const views = { paper, light, dark };
  return {
    faults: async (view, width, apart, read) => {
      await settled();
      return [await views[view](width, apart, read), read];
    },
    names: () => all("[id], a[name]").map((element) => element.id || element.name),
    links: () => all("a[href]").map((a) => [new URL(a.getAttribute("href"), document.baseURI).href, named(a)]),
  };
})();
