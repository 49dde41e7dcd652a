"use strict";
// The language switch; and figures read out row by row, by pointer or arrow keys, from their tables.
const show = (lang) => {
  for (const page of document.querySelectorAll(".page")) page.hidden = page.lang !== lang;
  document.documentElement.lang = lang;
};
for (const button of document.querySelectorAll(".switch")) {
  button.addEventListener("click", () => {
    show(button.dataset.to);
    document.querySelector(`#page-${button.dataset.to} .switch`).focus();
  });
}
for (const picture of document.querySelectorAll(".picture")) {
  const figure = picture.parentElement;
  const readout = figure.querySelector(".readout");
  const head = [...figure.querySelectorAll("th")].map((cell) => cell.textContent);
  const rows = [...figure.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent));
  let at = -1;
  const read = (row) => {
    if (row === at || !rows[row]) return;
    at = row;
    const [name, ...cells] = rows[row];
    const said = cells.map((cell, i) => cell && `${head[i + 1]} ${cell}`).filter(Boolean);
    readout.textContent = `${name}: ${said.join(", ")}`;
    for (const zone of picture.querySelectorAll("[data-row]")) {
      zone.classList.toggle("on", Number(zone.dataset.row) === at);
    }
  };
  for (const kind of ["pointermove", "pointerdown"]) {
    picture.addEventListener(kind, (event) => {
      const zone = event.target.closest("[data-row]");
      if (zone) read(Number(zone.dataset.row));
    });
  }
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    read(Math.max(0, Math.min(rows.length - 1, at + step)));
  });
}
if (location.hash === "#en") show("en");
