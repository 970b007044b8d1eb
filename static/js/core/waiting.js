// What waits for the auctioneer while bidding goes on: bids in the room without a paddle, and paddles that are held.

import { t } from "./i18n.js";
import { noticeWords } from "./notices.js";
import { make } from "./page.js";
import { paddleName, reasonWords } from "./ticker.js";

const HOLDS = () => ({
  SUSPENDED: t("suspended"), DEFAULTER_BARRED: t("a default"), DEPOSIT_MISSING: t("deposit missing"), CONFLICT: t("conflict of interest"),
});

/** The bids in the room of a lot that have no paddle yet: `[seq, amount_minor]`. */
export const roomsOf = (screen, lot) => screen.document?.rooms?.[lot?.lot] ?? [];

/** Whether the paddle that leads a lot is held there. */
export function isLeaderHeld(screen, lot) {
  const held = (screen.document?.held ?? []).find(({ paddle }) => paddle === lot?.leader);
  return Boolean(held) && (held.lots === null || held.lots.includes(lot.lot));
}

/** Show what waits, in the nodes of templates/auctioneer.html. `acts`: assign(seq, paddle), voidBid(seq, amount), voidHeld(held), and handOver(wish) where `wish` asks for the gavel. */
export function paintWaiting(screen, lot, acts, lead) {
  const { rooms: list, "standing-out": card } = screen.nodes;
  const rooms = roomsOf(screen, lot);
  const held = screen.document?.held ?? [];
  const wishes = acts.wish ? [acts.wish] : [];
  card.hidden = !rooms.length && !held.length && !wishes.length;
  const signature = JSON.stringify([lot?.lot, rooms, held, wishes.map(({ id }) => id)]);
  if (list.dataset.signature !== signature) {
    list.dataset.signature = signature;
    list.replaceChildren(...wishes.map((wish) => wishRow(wish, acts)), ...rooms.map((room) => roomRow(screen, room, acts)), ...held.map((each) => heldRow(each, acts)));
  }
  for (const field of list.querySelectorAll("button")) field.disabled = !lead;
}

function wishRow(wish, { handOver }) {
  const button = make("button", { type: "button" }, t("Hand it over"));
  button.addEventListener("click", () => handOver(wish));
  return make("li", {}, make("span", {}, noticeWords(wish)), button);
}

function roomRow(screen, [seq, amount_minor], { assign, voidBid }) {
  const paddle = make("input", { autocomplete: "off", maxlength: "16", list: "paddles", "aria-label": t("Paddle") });
  const form = make("form", { class: "row" }, paddle, make("button", {}, t("Assign the paddle")));
  form.addEventListener("submit", (event) => { event.preventDefault(); if (paddle.value.trim()) assign(seq, paddle.value.trim()); });
  const back = make("button", { type: "button" }, t("Void"));
  back.addEventListener("click", () => voidBid(seq, amount_minor));
  return make("li", {}, make("span", {}, t("In the room, without a paddle: %(amount)s", { amount: screen.money(amount_minor) })), form, back);
}

function heldRow(held, { voidHeld }) {
  const why = held.reasons.map((reason) => HOLDS()[reason] ?? reason).join(", ");
  const words = held.standing === "keep" ? t("%(who)s is held (%(why)s); its bids bind", { who: paddleName(held.paddle), why }) : t("%(who)s is held (%(why)s); its bids fell", { who: paddleName(held.paddle), why });
  if (!held.void_asked) return make("li", {}, make("span", {}, words));
  const button = make("button", { type: "button" }, t("Take back its bids"));
  button.addEventListener("click", () => voidHeld(held));
  return make("li", {}, make("span", {}, `${words} · ${t("the organizer asks to take them back (%(reason)s)", { reason: reasonWords(held.void_asked) || held.void_asked })}`), button);
}
