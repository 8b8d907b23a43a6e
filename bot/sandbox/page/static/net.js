// Asking and telling the sandbox. What it refuses comes back as a sentence in the page's language.

import { say } from "./words.js";

const language = document.documentElement.dataset.speech;

export function address(path, query = {}) {
  const url = new URL(path, document.baseURI);
  url.search = new URLSearchParams([...Object.entries(query), ["lang", language]]);
  return url;
}

export class Refused extends Error {}

async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Refused(say("sandbox_away"));
  }
  if (response.ok) return response;
  let why = say("cannot");
  try {
    why = (await response.json()).why ?? why;
  } catch {
    // not one of our own refusals: the general sentence stands
  }
  throw new Refused(why);
}

export async function told(path, facts = {}) {
  const form = facts instanceof FormData;
  const headers = { "X-Gridwhistle": "page", ...(form ? {} : { "Content-Type": "application/json" }) };
  const body = form ? facts : JSON.stringify(facts);
  const outcome = await (await answered(fetch(address(path), { method: "POST", headers, body }))).json();
  if (outcome.why) throw new Refused(outcome.why);
  return outcome;
}

export async function asked(path, query) {
  return answered(fetch(address(path, query)));
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
