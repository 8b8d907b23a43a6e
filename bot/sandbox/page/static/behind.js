// Behind the scenes: asked for only while it is open, and again when something has moved.

import { asked, fragment } from "./net.js";

const PAUSE_MS = 400;
const panel = document.getElementById("behind");
const stage = document.getElementById("backstage");
const opener = document.getElementById("behind-switch");
let waiting = 0;

export function look() {
  if (panel.hidden) return;
  clearTimeout(waiting);
  waiting = setTimeout(show, PAUSE_MS);
}

async function show() {
  const chosen = stage.querySelector("[data-case]")?.value ?? "";
  let html;
  try {
    html = await (await asked("behind", { case: chosen })).text();
  } catch {
    return; // the bar already says that the sandbox is away
  }
  if (stage.dataset.now === html) return;
  const focused = document.activeElement?.matches("[data-case]") ?? false;
  stage.replaceChildren(fragment(html));
  stage.dataset.now = html;
  if (focused) stage.querySelector("[data-case]")?.focus();
}

function open(wanted) {
  panel.hidden = !wanted;
  opener.setAttribute("aria-expanded", String(wanted));
  if (wanted) show();
  else opener.focus();
}

opener.addEventListener("click", () => open(panel.hidden));
panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-behind-close]")) open(false);
});
panel.addEventListener("change", show);
