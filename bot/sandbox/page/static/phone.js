// One phone on the page: what the stream says of it is put in place, and nothing else of it is touched.

import { fragment } from "./net.js";

const NEAR_END = 80; // pixels: whoever reads the end of a chat stays at the end

export const phones = () => [...document.querySelectorAll(".phone")];
export const phone = (code) => document.getElementById(`phone-${code}`);

export function changed(said) {
  const place = phone(said.code);
  if (!place) return;
  const scroll = place.querySelector(".scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
  place.dataset.mode = said.mode;
  if (place.dataset.first === "0" && said.first) place.dataset.first = said.first;
  text(place.querySelector(".state"), said.state);
  inside(place.querySelector(".foot"), said.foot);
  inside(place.querySelector(".commands"), said.commands);
  inside(place.querySelector(".top"), said.top);
  const grew = messages(place, said);
  if (atEnd && grew) toEnd(place);
}

export function toEnd(place) {
  const scroll = place.querySelector(".scroll");
  scroll.scrollTop = scroll.scrollHeight;
}

export function earlier(place, posts, more) {
  const scroll = place.querySelector(".scroll");
  const below = scroll.scrollHeight - scroll.scrollTop;
  const list = place.querySelector(".chat");
  for (const post of [...posts].reverse()) list.prepend(fragment(post.html));
  if (posts.length) place.dataset.first = posts[0].id;
  place.querySelector("[data-earlier]").hidden = !more;
  days(place);
  scroll.scrollTop = scroll.scrollHeight - below;
}

export function days(place) {
  let before = "";
  for (const post of place.querySelectorAll(".post")) {
    post.querySelector(".day").hidden = post.dataset.day === before;
    before = post.dataset.day;
  }
}

function messages(place, said) {
  const list = place.querySelector(".chat");
  const here = new Map([...list.children].map((post) => [Number(post.dataset.id), post]));
  const wanted = new Set(said.ids);
  let moved = false;
  for (const [id, post] of here) {
    if (id >= said.first && !wanted.has(id)) {
      post.remove();
      here.delete(id);
      moved = true;
    }
  }
  for (const { id, sign, html } of said.posts) {
    const old = here.get(id);
    if (old?.dataset.sign === sign) continue;
    const fresh = fragment(html).firstElementChild;
    if (old) replaced(old, fresh);
    else list.insertBefore(fresh, [...list.children].find((post) => Number(post.dataset.id) > id) ?? null);
    here.set(id, fresh);
    moved = true;
  }
  if (moved) days(place);
  return moved;
}

// Whoever stood on a button of the old message stands on the same place of the new one.
function replaced(old, fresh) {
  const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (focused >= 0) refocus(fresh, focused);
}

function refocus(fresh, number) {
  const left = [...fresh.querySelectorAll("button, a")];
  (left[Math.min(number, left.length - 1)] ?? fresh.closest(".scroll"))?.focus({ preventScroll: true });
}

function inside(element, html) {
  if (element.dataset.now === html) return;
  const focused = [...element.querySelectorAll("button")].indexOf(document.activeElement);
  element.replaceChildren(fragment(html));
  element.dataset.now = html;
  if (focused >= 0) {
    const left = [...element.querySelectorAll("button")];
    const area = element.closest(".phone").querySelector("textarea");
    (left[Math.min(focused, left.length - 1)] ?? area).focus({ preventScroll: true });
  }
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
