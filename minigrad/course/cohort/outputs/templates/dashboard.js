
"use strict";
// Without this everything stands there, open and in the order of the file. With it, lines open, and students are
// searched and sorted.

// While it is printed everything about the class is unfolded, and of each student what the reader has opened.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [
    ...document.querySelectorAll("details:not([open]) > summary"),
    ...document.querySelectorAll("table:not(#table) > tbody > tr > th > .opener[aria-expanded=false]"),
  ];
  opened.forEach((each) => each.click());
});
window.addEventListener("afterprint", () => opened.splice(0).forEach((each) => each.click()));

for (const more of document.querySelectorAll(".opens .more")) {
  const body = more.parentElement;
  const name = body.rows[0].cells[0];
  const opener = document.createElement("button");
  opener.type = "button";
  opener.className = "opener";
  more.id = body.id + "-more";
  opener.setAttribute("aria-controls", more.id);
  const label = name.querySelector(".name");
  const text = label || name;
  opener.append(...(label ? [label.cloneNode(true)] : [...name.childNodes]));
  if (label) label.replaceWith(opener);
  else text.replaceChildren(opener);
  const show = (open) => {
    more.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  };
  show(false);
  opener.addEventListener("click", () => show(more.hidden));
}

const table = document.getElementById("table");
if (table) {
  const bodies = [...table.tBodies];
  const lines = bodies.map((body, place) => {
    const name = body.rows[0].cells[0];
    return {
      body,
      place,
      text: name.textContent.toLowerCase(),
      name: name.querySelector(".name").textContent.toLowerCase(),
      score: Number(body.dataset.score),
      passed: parseInt(body.dataset.passed, 10) || 0,
      noted: name.querySelector("p") !== null,
    };
  });
  const find = document.getElementById("find");
  const which = document.getElementById("which");
  const shown = document.getElementById("shown");
  const all = document.getElementById("all");
  const wanted = {
    "": () => true,
    noted: (line) => line.noted,
    none: (line) => line.score < 0,
  };

  const FIRST = 500; // so many lines are laid out until somebody wants all
  let limit = FIRST;
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const line of lines) {
      const fits = wanted[which.value](line) && words.every((word) => line.text.includes(word));
      count += fits;
      line.body.hidden = !fits || count > limit;
    }
    const of = count === lines.length ? "" : ` of ${lines.length}`;
    const listed = count > limit ? `; the first ${limit} are listed` : "";
    shown.textContent = `${count}${of} students${listed}`;
    all.hidden = count <= limit;
  };
  const everything = () => {
    limit = Infinity;
    filter();
  };
  const reveal = () => {
    const body = document.getElementById(location.hash.slice(1));
    if (!body || !body.hidden || body.parentElement !== table) return;
    find.value = which.value = "";
    filter();
    body.hidden = false;
    body.scrollIntoView();
  };
  all.addEventListener("click", everything);
  window.addEventListener("beforeprint", everything);
  window.addEventListener("hashchange", reveal);
  find.addEventListener("input", filter);
  which.addEventListener("change", filter);
  document.getElementById("tools").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("tools").hidden = false;
  filter();
  reveal();

  const collator = new Intl.Collator(undefined, { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  const sort = (head) => {
    const key = head.dataset.sort;
    const first = key === "name" ? "ascending" : "descending";
    const turned = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? turned : first;
    const sign = order === "ascending" ? 1 : -1;
    const compare = key === "name" ? (a, b) => collator.compare(a.name, b.name) : (a, b) => a[key] - b[key];
    lines.sort((a, b) => sign * compare(a, b) || a.place - b.place);
    table.append(...lines.map((line) => line.body));
    filter();
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
  };
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(head));
  }
}
