// Which phones lie on the table. The address of the page names them, so that a reload shows the same.

import { asked, fragment } from "./net.js";
import { days, phone, phones, toEnd } from "./phone.js";
import { listen } from "./stream.js";

const table = document.querySelector(".phones");
const tabs = document.getElementById("tabs");

export async function layDown(code, instead = null) {
  let place = phone(code);
  if (!place) {
    place = fragment(await (await asked(`phone/${code}`)).text()).firstElementChild;
    if (instead) instead.replaceWith(place);
    else table.insertBefore(place, table.querySelector(".add"));
    laid();
  }
  place.scrollIntoView({ block: "nearest", inline: "start" });
  place.querySelector("[data-switch]").focus({ preventScroll: true });
  return place;
}

export function putAway(place) {
  const next = place.nextElementSibling?.querySelector("button") ?? document.querySelector("[data-add]");
  place.remove();
  laid();
  next.focus({ preventScroll: true });
}

export function laid() {
  for (const place of phones()) {
    days(place);
    if (!place.dataset.seen) toEnd(place);
    place.dataset.seen = "yes";
  }
  const url = new URL(location.href);
  url.searchParams.set("p", phones().map((place) => place.dataset.code).join(","));
  url.searchParams.delete("scan");
  url.search = url.search.replaceAll("%2C", ",");
  history.replaceState(null, "", url);
  for (const link of document.querySelectorAll("[data-language]")) {
    const there = new URL(url);
    there.searchParams.set("lang", link.dataset.language);
    link.href = there.search.replaceAll("%2C", ",");
  }
  tabs.replaceChildren(...phones().map(tab));
  listen();
}

function tab(place) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${place.id}`;
  link.textContent = place.querySelector("h2 [aria-hidden]").textContent;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    place.scrollIntoView({ block: "nearest", inline: "start" });
    place.querySelector(".scroll").focus({ preventScroll: true });
  });
  item.append(link);
  return item;
}
