// What a hand does on a phone: typing, tapping, attaching. What comes of it is seen through the stream.

import { asked, told } from "./net.js";
import { earlier, phone, toEnd } from "./phone.js";
import { askContact, askPlace, choosePerson, record, scanWith, showCodes } from "./dialogs.js";
import { layDown, putAway } from "./table.js";
import { say } from "./words.js";

const LONGEST_TEXT = 4096; // as Telegram takes it
const MOST_PARTS = 10; // as the sandbox cuts it
const LARGEST_FILE = 50 * 2 ** 20;
const TOAST_MS = 6000;
const toast = document.getElementById("toast");
let toasting = 0;

export async function act(place, deed, facts = {}) {
  const line = place.querySelector(".said");
  line.textContent = "";
  try {
    const outcome = await told(`do/${place.dataset.code}/${deed}`, facts);
    if (outcome.copy !== undefined) await copied(outcome.copy);
    if (outcome.open !== undefined) notice(say("would_open", { url: outcome.open }));
    toEnd(place);
    return true;
  } catch (refused) {
    line.textContent = refused.message;
    return false;
  }
}

function notice(words) {
  toast.textContent = words;
  clearTimeout(toasting);
  toasting = setTimeout(() => (toast.textContent = ""), TOAST_MS);
}

async function copied(words) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // no right to the clipboard: the words are shown all the same
  }
  notice(`${say("copied")} ${words}`);
}

async function key(place, button) {
  const label = button.dataset.label;
  if (button.dataset.asks === "contact") askContact((number) => act(place, "key", { label, phone: number }));
  else if (button.dataset.asks === "location") askPlace((spot) => act(place, "key", { label, ...spot }));
  else await act(place, "key", { label });
}

async function tap(place, button) {
  button.setAttribute("aria-busy", "true");
  const { message, row, column, label } = button.dataset;
  await act(place, "tap", { message, row, column, label });
  button.removeAttribute("aria-busy");
}

async function send(place) {
  const area = place.querySelector("textarea");
  const text = area.value.trim();
  if (!text) return;
  if (text.length > LONGEST_TEXT * MOST_PARTS) {
    place.querySelector(".said").textContent = say("too_long");
    return;
  }
  area.value = "";
  fit(area);
  if (!(await act(place, "say", { text })) && !area.value) area.value = text;
}

function fit(area) {
  area.rows = Math.min(5, area.value.slice(0, 2000).split("\n").length);
  const length = area.value.trim().length;
  const parts = Math.ceil(length / LONGEST_TEXT);
  const line = area.closest(".phone").querySelector(".said");
  line.textContent = parts > MOST_PARTS ? say("too_long") : parts > 1 ? say("parts", { count: parts }) : "";
}

function pick(place, kind) {
  const input = document.getElementById(`pick-${kind}`);
  input.onchange = async () => {
    const [file] = input.files;
    input.value = "";
    if (file) await sendFile(place, kind, file);
  };
  input.click();
}

async function sendFile(place, kind, file, seconds = 21) {
  if (file.size > LARGEST_FILE) {
    place.querySelector(".said").textContent = say("too_big");
    return;
  }
  const form = new FormData();
  if (kind === "voice") form.set("seconds", kind === "voice" ? await length(file, seconds) : "");
  form.set("file", file, file.name ?? "voice.ogg");
  await act(place, kind, form);
}

// The browser knows how long a sound is, if it can play it.
function length(file, unknown) {
  return new Promise((known) => {
    const sound = new Audio();
    const done = (seconds) => {
      URL.revokeObjectURL(sound.src);
      known(Number.isFinite(seconds) && seconds > 0 ? String(Math.round(seconds) || 1) : String(unknown));
    };
    sound.onloadedmetadata = () => done(sound.duration);
    sound.onerror = () => done(NaN);
    sound.src = URL.createObjectURL(file);
  });
}

async function older(place) {
  const before = place.dataset.first;
  const found = await (await asked(`phone/${place.dataset.code}/earlier`, { before })).json();
  earlier(place, found.posts, found.more);
}

const DOES = [
  ["[data-deed=tap]", tap],
  ["[data-deed=key]", key],
  ["[data-deed]", (place, button) => act(place, button.dataset.deed)],
  ["[data-say]", (place, button) => act(place, "say", { text: button.dataset.say })],
  ["[data-start]", (place, button) => act(place, "start", { payload: button.dataset.start })],
  ["[data-pick]", (place, button) => pick(place, button.dataset.pick)],
  ["[data-record]", (place) => record((file, seconds) => sendFile(place, "voice", file, seconds), (why) => (place.querySelector(".said").textContent = why))],
  ["[data-place]", (place) => askPlace((spot) => act(place, "location", spot))],
  ["[data-contact]", (place) => askContact((number) => act(place, "contact", { phone: number }))],
  ["[data-earlier]", older],
  ["[data-show]", (place, button) => place.querySelector(`[data-id="${button.dataset.show}"]`)?.scrollIntoView({ block: "center" })],
  ["[data-scan]", (place) => showCodes(place.dataset.code)],
  ["[data-switch]", (place) => choosePerson((code) => layDown(code, place))],
  ["[data-away]", putAway],
];

document.addEventListener("click", (event) => {
  const place = event.target.closest(".phone");
  if (!place) return;
  for (const [what, deed] of DOES) {
    const button = event.target.closest(what);
    if (!button) continue;
    const menu = button.closest("details.menu");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    deed(place, button);
    return;
  }
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".composer")) return;
  event.preventDefault();
  send(event.target.closest(".phone"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches(".composer textarea")) return;
  event.preventDefault();
  send(event.target.closest(".phone"));
});
document.addEventListener("input", (event) => {
  if (event.target.matches(".composer textarea")) fit(event.target);
});

scanWith((code, payload) => act(phone(code), "start", { payload }));
