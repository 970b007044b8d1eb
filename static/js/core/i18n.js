// Sentences in the reader's language, from the one catalogue; the English sentence is its own id.

let sentences = {};
export const locale = document.documentElement.lang;

/** Fetch the catalogue; without it, English is shown. */
export async function loadSentences() {
  const address = document.querySelector('link[rel="sentences"]').href;
  const answer = await fetch(address);
  if (answer.ok) sentences = await answer.json();
}

/** A sentence with its placeholders filled: t("Lot %(lot)s", {lot: 12}). */
export function t(message, params = {}) {
  return (sentences[message] ?? message).replace(/%\((\w+)\)s/g, (whole, name) => params[name] ?? whole);
}
