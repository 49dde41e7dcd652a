"use strict";
// The language switch, and a cursor that reads the progress curve by pointer or arrow keys.
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
for (const chart of document.querySelectorAll(".progress")) {
  const samples = JSON.parse(document.getElementById(chart.dataset.samples).textContent);
  const plot = chart.querySelector(".plot");
  const cursor = chart.querySelector(".cursor");
  const readout = chart.querySelector(".readout");
  let at = samples.length - 1;
  const read = (i) => {
    at = Math.max(0, Math.min(samples.length - 1, i));
    cursor.hidden = false;
    cursor.style.left = `${samples[at].x}%`;
    readout.textContent = samples[at].text;
  };
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const x = (100 * (event.clientX - box.left)) / box.width;
    read(samples.reduce((best, s, i) => (Math.abs(s.x - x) < Math.abs(samples[best].x - x) ? i : best), 0));
  });
  chart.addEventListener("focus", () => read(at));
  chart.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -1e9, End: 1e9 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    read(at + step);
  });
}
for (const picture of document.querySelectorAll(".picture")) {
  const readings = JSON.parse(picture.dataset.readings);
  const readout = picture.parentElement.querySelector(".readout");
  let at = -1;
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e9, End: 1e9 }[event.key];
    if (step === undefined || !readings.length) return;
    event.preventDefault();
    at = Math.max(0, Math.min(readings.length - 1, at + step));
    readout.textContent = readings[at];
  });
}
if (location.hash === "#en") show("en");
