"use strict";
// Fetches this very page every few seconds and takes over what has changed. The links stay where they
// are, so that the keyboard's focus does; a page in the background asks for nothing.
const state = document.getElementById("state");
const every = 1000 * Number(document.body.dataset.every);
const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-cache", signal: AbortSignal.timeout(2 * every) });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["totals", "live"]) {
      const [old, now] = [document.getElementById(id), page.getElementById(id)];
      if (old.innerHTML !== now.innerHTML) old.replaceWith(now);
    }
    if (!document.querySelector("nav") && page.querySelector("nav")) location.reload();
    state.textContent = "";
  } catch {
    state.textContent = state.dataset.lost;
  }
};
setInterval(refresh, every);
document.addEventListener("visibilitychange", refresh);
