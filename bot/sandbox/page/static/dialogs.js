// The dialogs: whose phone, which place, which number, the posters, the recorder.

import { asked, fragment, told } from "./net.js";
import { layDown } from "./table.js";
import { say } from "./words.js";
import "./map.js";

const people = document.getElementById("people");
const list = document.getElementById("people-list");
const search = document.getElementById("people-search");
const place = document.getElementById("place");
const contact = document.getElementById("contact");
const codes = document.getElementById("codes");
const grid = document.getElementById("codes-grid");
const recorder = document.getElementById("recorder");
const language = document.documentElement.dataset.speech;
let chosen = null;
let scanner = "";
let scan = null;

// Whose phone

export async function choosePerson(then) {
  chosen = then;
  search.value = "";
  await found();
  people.showModal();
}

async function found() {
  list.replaceChildren(fragment(await (await asked("people", { q: search.value })).text()));
}

search.addEventListener("input", found);
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-person]");
  if (!button) return;
  people.close();
  chosen(button.dataset.person);
});
document.getElementById("people-new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code } = await told("people", Object.fromEntries(new FormData(event.target)));
  event.target.reset();
  people.close();
  chosen(code);
});
document.querySelector("[data-add]").addEventListener("click", () => choosePerson((code) => layDown(code)));

// A place, a number

function answer(dialog, read, then) {
  dialog.onclose = () => {
    if (dialog.returnValue === "send") then(read(new FormData(dialog.querySelector("form"))));
    dialog.returnValue = "";
  };
  dialog.showModal();
}

export function askPlace(then) {
  answer(place, (form) => ({ latitude: form.get("latitude"), longitude: form.get("longitude") }), then);
}

export function askContact(then) {
  answer(contact, (form) => form.get("phone"), then);
}

// Posters

export const scanWith = (deed) => (scan = deed);

export async function showCodes(code = "") {
  scanner = code;
  await posters();
  codes.showModal();
}

async function posters() {
  const html = await (await asked("codes", { grid: grid.value, for: scanner })).text();
  document.getElementById("codes-shown").replaceChildren(fragment(html));
}

export async function scanAsNew(payload) {
  const korean = payload.endsWith("_ko");
  const name = korean ? "새 주민" : "新居民";
  const { code } = await told("people", { name, language: korean ? "ko" : "zh" });
  await layDown(code);
  await scan(code, payload);
}

grid.addEventListener("change", posters);
document.querySelector("[data-codes]").addEventListener("click", () => showCodes());
codes.addEventListener("click", (event) => {
  const button = event.target.closest("[data-scan-with], [data-scan-new]");
  if (!button) return;
  codes.close();
  if (button.dataset.scanNew) scanAsNew(button.dataset.scanNew);
  else scan(scanner, button.dataset.scanWith);
});

// The microphone

const PART_MS = 200;
const KINDS = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

export async function record(then, refused) {
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    refused(say("no_microphone"));
    return;
  }
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const taking = new MediaRecorder(sound, kind ? { mimeType: kind } : {});
  const parts = [];
  const began = performance.now();
  const seconds = () => Math.max(1, Math.round((performance.now() - began) / 1000));
  const counting = setInterval(() => (document.getElementById("recorded").textContent = `${seconds()} s`), 500);
  const send = recorder.querySelector("[value=send]");
  send.disabled = true; // until there is something to send
  taking.ondataavailable = ({ data }) => {
    if (data.size) parts.push(data);
    send.disabled = !parts.length;
  };
  recorder.onclose = () => {
    const length = seconds();
    const wanted = recorder.returnValue === "send";
    recorder.returnValue = "";
    clearInterval(counting);
    taking.onstop = () => {
      for (const track of sound.getTracks()) track.stop();
      if (wanted) then(new File(parts, "voice.ogg", { type: taking.mimeType }), length);
    };
    taking.stop();
  };
  document.getElementById("recorded").textContent = "0 s";
  taking.start(PART_MS);
  recorder.showModal();
}
