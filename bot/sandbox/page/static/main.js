// The page with everybody's phone: joins its parts, and keeps menus and theme as people expect them.

import "./hand.js";
import "./behind.js";
import { scanAsNew } from "./dialogs.js";
import { laid } from "./table.js";

const THEMES = ["dark", "light"];
const page = document.documentElement;
const controls = document.getElementById("controls");
const wide = matchMedia("(min-width: 60rem)");

// On a desk the controls lie open; on a phone they are a menu.
function spread() {
  controls.open = wide.matches;
}
wide.addEventListener("change", spread);
spread();

function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu.contains(except) || (menu === controls && wide.matches)) continue;
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenus();
});

document.querySelector("[data-theme-switch]").addEventListener("click", () => {
  const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.theme = THEMES[dark ? 1 : 0];
  const url = new URL(location.href);
  url.searchParams.set("theme", page.dataset.theme);
  history.replaceState(null, "", url.href.replaceAll("%2C", ","));
  laid();
});

const scanned = new URL(location.href).searchParams.get("scan");
laid();
if (scanned && /^[\w-]{1,64}$/.test(scanned)) scanAsNew(scanned);
