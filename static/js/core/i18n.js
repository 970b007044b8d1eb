// Sentences in the reader's language, from the one catalogue; the English sentence is its own id.

let sentences = {};
export const locale = document.documentElement.lang;

/** Fetch what this page's script says; without it, English is shown. */
export async function loadSentences() {
  try {
    const answer = await fetch(document.querySelector('link[data-of="sentences"]').href);
    if (answer.ok) sentences = await answer.json();
  } catch {
    sentences = {};
  }
}

/** A sentence with its placeholders filled: t("Lot %(lot)s", {lot: 12}). */
export function t(message, params = {}) {
  return (sentences[message] ?? message).replace(/%\((\w+)\)s/g, (whole, name) => params[name] ?? whole);
}
