"use strict";
// Draws the matrix row by row as it is scrolled, and the report of a student. Names and messages only ever become text
// nodes; the texts of reports are HTML that was made of Markdown without HTML.
const data = JSON.parse(document.getElementById("data").textContent);
const OUTCOMES = { ".": "passed", X: "failed", b: "blocked", t: "to-do", "?": "inconclusive", n: "not-run", " ": "none" };
const ROW = 24; // pixels, as in the style sheet
const MARGIN = 20; // rows drawn beyond what is seen
const scroll = document.querySelector(".scroll");
const head = scroll.querySelector("thead");
const body = scroll.querySelector("tbody");
const find = document.getElementById("find");
const all = document.getElementById("all");

let chosen = () => true;
let order = { key: null, down: false };
let shown = [];
let drawn = [-1, -1];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// ---- the matrix ----

function drawHead() {
  const columns = [["name", "Student"], ["score", "Points"], ...data.items.map(([number, name], k) => [k, `${number} ${name}`])];
  head.replaceChildren(element("tr", {}, ...columns.map(([key, label]) => {
    const cell = element("th", { scope: "col" }, element("button", { onclick: () => sortBy(key) }, label));
    if (order.key === key) cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
    return cell;
  })));
}

function sortBy(key) {
  order = { key, down: order.key === key && !order.down };
  refresh();
}

function value(student) {
  if (order.key === "name") return student.name.toLowerCase();
  return order.key === "score" ? student.score ?? -1 : student.points[order.key];
}

function refresh() {
  const wanted = find.value.trim().toLowerCase();
  shown = data.students.map((student, k) => k).filter((k) => {
    const student = data.students[k];
    return chosen(student, k) && `${student.name} ${student.about}`.toLowerCase().includes(wanted);
  });
  if (order.key !== null) {
    const keys = data.students.map(value);
    const sign = order.down ? -1 : 1;
    shown.sort((a, b) => (keys[a] < keys[b] ? -sign : keys[a] > keys[b] ? sign : a - b));
  }
  document.getElementById("count").textContent = `${shown.length} of ${data.students.length}`;
  drawHead();
  drawn = [-1, -1];
  draw();
}

function draw() {
  const first = Math.max(0, Math.floor(scroll.scrollTop / ROW) - MARGIN);
  const last = Math.min(shown.length, first + Math.ceil(scroll.clientHeight / ROW) + 2 * MARGIN);
  const near = drawn[0] >= 0 && Math.abs(first - drawn[0]) < MARGIN / 2 && (last <= drawn[1] || drawn[1] - last < MARGIN / 2);
  if (!near || (last === shown.length && drawn[1] !== last)) drawRows(first, last);
}

function drawRows(first, last) {
  drawn = [first, last];
  body.replaceChildren(gap(first), ...shown.slice(first, last).map(row), gap(shown.length - last));
}

function gap(rows) {
  const filler = element("tr");
  filler.style.height = `${rows * ROW}px`;
  filler.hidden = rows === 0;
  return filler;
}

function row(k) {
  const student = data.students[k];
  const name = element("button", { className: "link", title: student.about, onclick: () => show(k) }, student.name);
  const cells = [...student.marks].map((mark, item) => cell(student, mark, item));
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, points(student.score)), ...cells);
}

function cell(student, mark, item) {
  const [number, name, possible] = data.items[item];
  const outcome = OUTCOMES[mark];
  const made = element("td", { className: outcome + (number.endsWith(".1") ? " stage" : "") }, mark === "." ? "·" : mark);
  if (mark !== ".") made.title = `${number} ${name}: ${outcome}, ${student.points[item]} of ${possible}. ${data.reasons[student.reasons[item]]}`;
  return made;
}

function points(score) {
  return score === null ? "–" : String(score);
}

// ---- a report ----

function show(k) {
  const student = data.students[k];
  const dialog = document.getElementById("report");
  dialog.querySelector("h2").textContent = `${student.name}: ${points(student.score)} points`;
  dialog.querySelector("p").textContent = student.about;
  const [summary, ...outputs] = data.reports[k];
  const rows = student.score === null ? [] : outputs.map((text, item) => detail(student, item, text));
  const top = student.score === null ? element("p", {}, student.fault || "Not graded yet.") : rendered(summary);
  dialog.querySelector("div").replaceChildren(top, ...rows);
  dialog.showModal();
}

function detail(student, item, text) {
  const [number, name, possible] = data.items[item];
  const outcome = OUTCOMES[student.marks[item]];
  const worth = possible ? ` (${student.points[item]}/${possible})` : "";
  const line = element("summary", { className: outcome }, `${number} ${name}${worth} ${outcome === "passed" ? "" : outcome}`);
  return element("details", { open: outcome === "failed" }, line, rendered(text));
}

function rendered(text) {
  return element("div", { innerHTML: data.texts[text] });
}

// ---- what a person does ----

function narrow(button) {
  const { item, reason, staff, label } = button.dataset;
  const who = staff && new Set(JSON.parse(staff));
  chosen = who ? (student, k) => who.has(k) : (student) => student.marks[item] === "X" && student.reasons[item] === Number(reason);
  document.getElementById("label").textContent = label;
  all.hidden = false;
  refresh();
  document.querySelector(".matrix").scrollIntoView({ behavior: "smooth" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches(".filter")) narrow(button);
  if (button?.dataset.report) show(Number(button.dataset.report));
});
all.addEventListener("click", () => {
  chosen = () => true;
  all.hidden = true;
  refresh();
});
find.addEventListener("input", refresh);
scroll.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
addEventListener("resize", draw);
addEventListener("beforeprint", () => drawRows(0, shown.length));
addEventListener("afterprint", refresh);
refresh();
