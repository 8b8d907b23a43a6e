// The few words that the browser says by itself, in the page's language.

const words = JSON.parse(document.getElementById("words").textContent);

export function say(key, facts = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
}
