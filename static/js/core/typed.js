// A sum that a person typed: read, refused in words, and asked once more where it is far above the next amount.

import { locale, t } from "./i18n.js";
import { BadAmount, inWords, readBid } from "./money.js";
import { say } from "./page.js";

/** From how many times the next amount on a typed sum is asked once more. */
const FAR = { bid: 1.5, maximum: 5 };

const WRONG = () => ({
  AMOUNT_COMMA: t("A comma stands before three digits, as in 1,250,000. Write the amount again."),
  AMOUNT_TOO_FINE: t("This is finer than the currency. Write a whole amount."),
  AMOUNT_TOO_LARGE: t("This amount is too large."),
  NOT_WHOLE: t("Only whole amounts are bid here, without cents."),
  NOT_POSITIVE: t("The amount must be above zero."),
  UNIT: t("This is another currency. Write the amount in %(currency)s."),
  BAD_AMOUNT: t("This is not an amount."),
});

/** The amount that a field holds, in the minor unit, and null; or null, and why it is none. The field is marked. */
export function readField(field, currency) {
  let found = [null, null];
  try {
    found = [readBid(field.value, currency), null];
  } catch (error) {
    if (!(error instanceof BadAmount)) throw error;
    found = [null, WRONG()[error.code].replace("%(currency)s", currency)];
  }
  field.setAttribute("aria-invalid", String(found[0] === null));
  return found;
}

/** Whether a typed sum is so far above the next amount that a person is asked once more. */
export const isFar = (what, ask_minor, amount_minor) => Boolean(ask_minor) && amount_minor >= ask_minor * FAR[what];

/** A sum in figures and in words, in which a slipped zero is seen. */
export function figuresAndWords(screen, minor) {
  const words = inWords(minor, screen.currency, locale);
  return words ? t("%(amount)s (%(words)s)", { amount: screen.money(minor), words }) : screen.money(minor);
}

/** The question about a sum that is far above the next amount. */
export function farAbove(screen, ask_minor, amount_minor) {
  const sentence = t("%(amount)s is far above the next amount of %(ask)s. Do you mean it?", { amount: figuresAndWords(screen, amount_minor), ask: screen.money(ask_minor) });
  const all_in = screen.allIn(amount_minor);
  return all_in ? `${sentence} (${t("%(amount)s with commission", { amount: all_in })})` : sentence;
}

/** Ask in the dialog of the page; whether the answer was yes. */
export function isSure({ sure, "sure-text": text }, question) {
  say(text, question);
  sure.returnValue = "no";
  sure.showModal();
  return new Promise((resolve) => sure.addEventListener("close", () => resolve(sure.returnValue === "yes"), { once: true }));
}

/** A form takes no press unless it is live. A text that is being typed stays, and so does the keyboard of a phone. */
export function setLive(form, isLive) {
  for (const node of form.elements) {
    if (node.tagName === "BUTTON") node.disabled = !isLive;
    else node.readOnly = !isLive;
  }
}
