// Listens to the sandbox while the page is seen, and says so when it does not answer.

import { address } from "./net.js";
import { changed, phones } from "./phone.js";
import { say } from "./words.js";
import { look } from "./behind.js";
import { moved, trouble } from "./bar.js";

const AGAIN_AFTER_MS = 1500;
let source = null;
let later = 0;
let morning = null; // the one that this page has seen; another one begins the page anew

export function listen() {
  clearTimeout(later);
  source?.close();
  source = null;
  if (document.hidden) return;
  const url = address("stream");
  for (const place of phones()) url.searchParams.append("phone", `${place.dataset.code}:${since(place)}`);
  source = new EventSource(url);
  source.addEventListener("phone", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("stir", look); // somewhere something happened, perhaps on no phone that lies here
  source.addEventListener("bar", (event) => {
    const said = JSON.parse(event.data);
    if (morning !== null && morning !== said.morning) location.reload();
    morning = said.morning;
    document.body.dataset.listening = "yes";
    trouble("sandbox", "");
    moved(said);
  });
  source.onerror = () => {
    document.body.dataset.listening = "no";
    trouble("sandbox", say("sandbox_away"));
    source.close();
    later = setTimeout(listen, AGAIN_AFTER_MS);
  };
}

// A phone that was just laid on the table names its first message, so that nothing before is sent.
const since = (place) => place.dataset.first ?? "";

document.addEventListener("visibilitychange", listen);
