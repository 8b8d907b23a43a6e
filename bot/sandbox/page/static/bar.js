// The bar on top: the practice's time, its faults, the played day, and what there is to say.

import { phone } from "./phone.js";
import { told } from "./net.js";

const now = document.getElementById("now");
const until = document.querySelector("#until input");
const line = document.getElementById("told");
const alertLine = document.getElementById("trouble");
const reset = document.getElementById("reset");
const troubles = new Map();
let away = "";
const settling = new Set(); // boxes just ticked: what was said before the sandbox has answered would tick them back

export function trouble(where, words) {
  if (words) troubles.set(where, words);
  else troubles.delete(where);
  const said = [...new Set(troubles.values())].join(" ");
  if (alertLine.textContent !== said) alertLine.textContent = said;
}

export function moved(said) {
  now.textContent = said.now;
  if (document.activeElement !== until) until.value = said.at;
  const progress = said.told ? `${said.steps} · ` : "";
  const words = said.told ? progress + said.told : said.doing_said;
  if (line.textContent !== words) line.textContent = words;
  trouble("bar", said.trouble);
  if (said.away !== away) trouble("asked", ""); // what was refused without the bot may be asked again
  away = said.away;
  trouble("bot", away);
  for (const button of document.querySelectorAll("[data-bar]:not([data-bar=stop]), [data-reset]")) {
    button.setAttribute("aria-disabled", String(Boolean(said.doing)));
  }
  document.querySelector("[data-bar=stop]").hidden = !said.doing || said.doing === "reset";
  for (const box of document.querySelectorAll("[data-fault]")) {
    if (!settling.has(box)) box.checked = said.faults.includes(box.dataset.fault);
  }
  for (const place of document.querySelectorAll(".phone.acting")) place.classList.remove("acting");
  if (said.doing === "day" && said.actor) phone(said.actor)?.classList.add("acting");
}

async function bar(deed, facts) {
  trouble("asked", "");
  try {
    await told(`bar/${deed}`, facts);
    return true;
  } catch (refused) {
    trouble("asked", refused.message);
    return false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-bar]");
  if (button) bar(button.dataset.bar);
  if (event.target.closest("[data-reset]")) reset.showModal();
});
document.getElementById("until").addEventListener("submit", (event) => {
  event.preventDefault();
  bar("until", { at: until.value });
});
document.getElementById("faults").addEventListener("change", async ({ target: box }) => {
  const on = box.checked;
  settling.add(box);
  if (!(await bar("fault", { which: box.dataset.fault, on }))) box.checked = !on;
  settling.delete(box);
});
reset.addEventListener("close", () => {
  if (reset.returnValue === "go") bar("reset");
  reset.returnValue = "";
});
