// Sentences in the reader's language. The server has put them into the script; where it has not, they are English.

export const locale = document.documentElement.lang;

/** A sentence with its placeholders filled: t("Lot %(lot)s", {lot: 12}). */
export function t(message, params = {}) {
  return message.replace(/%\((\w+)\)s/g, (whole, name) => params[name] ?? whole);
}
