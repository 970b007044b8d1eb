// Maxima for lots to come: left, changed, taken back. The screen tells the fate of one that has ended until its lot is over.

import { isEnded } from "./fold.js";
import { t } from "./i18n.js";
import { make, say } from "./page.js";
import { explain } from "./screen.js";
import { figuresAndWords, isSure, readField, setLive } from "./typed.js";

const WHY = () => ({
  CHANGED: t("the lot has changed since; leave it anew if you still want it"),
  OVER_LIMIT: t("it was above your limit when the lot opened"),
  BELOW_MIN: t("others had gone higher when the lot opened"),
});

/** The lots for which this bidder may leave a maximum. */
const toCome = (screen) => screen.lots.filter((lot) =>
  lot.status === "pending" && ["english", "timed"].includes(lot.format) && lot.start_minor !== null && !screen.document.conflicts.includes(lot.lot));

/** Wire the form; returns what paints it. */
export function leaving(screen) {
  const { left, "left-form": form, "left-said": said, "left-list": list } = screen.nodes;
  const { lot: choice, amount: field } = form.elements;
  let waiting = false;

  async function send(lot, max_minor, good) {
    if (waiting) return false;
    waiting = true;
    say(said, t("Checking …"));
    paint();
    const answer = await screen.live.command("leave_max", { lot, max_minor }, () => say(said, t("It was sent, and no answer came yet. Asking what became of it …")));
    waiting = false;
    say(said, answer.code ? explain(answer) : good);
    screen.repaint();
    return !answer.code;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [most, wrong] = readField(field, screen.currency);
    if (wrong) return say(said, wrong);
    if (!screen.ready || !choice.value) return say(said, explain({ code: "NOT_SENT" }));
    const lot = choice.value;
    const amount = figuresAndWords(screen, most);
    const all_in = screen.allIn(most);
    const question = t("Leave a maximum of %(amount)s for lot %(lot)s? When the lot opens, it bids for you.", { amount, lot });
    if (!(await isSure(screen.nodes, all_in ? `${question} ${t("at most %(amount)s with commission", { amount: all_in })}.` : question))) return;
    const text = field.value;
    const isLeft = await send(lot, most, t("Your maximum of %(amount)s is left for lot %(lot)s", { amount: screen.money(most), lot }));
    if (isLeft && field.value === text) field.value = "";
  });

  list.addEventListener("click", (event) => {
    const { lot } = event.target.closest("button")?.dataset ?? {};
    if (!lot) return;
    if (screen.ready) send(lot, null, t("Your maximum for lot %(lot)s is taken back", { lot }));
    else say(said, explain({ code: "NOT_SENT" }));
  });

  function paint() {
    const mine = screen.document?.of === "bidder" ? screen.document : null;
    const lots = mine ? toCome(screen) : [];
    const ended = Object.entries(mine?.left_ended ?? {}).filter(([lot]) => !isEnded(screen.state.lots.get(lot)));
    left.hidden = !lots.length && !ended.length && said.textContent === "";
    form.hidden = !lots.length;
    if (ended.length) left.open = true;
    paintChoice(choice, lots, screen);
    setLive(form, screen.ready && !waiting && !mine?.holds.length);
    paintList(list, screen, Object.entries(mine?.left ?? {}), ended, screen.ready && !waiting);
  }
  return paint;
}

// The list is made anew only where it is another, so that what is chosen stays chosen.
function paintChoice(choice, lots, screen) {
  const names = lots.map((lot) => `${lot.lot} · ${screen.title(lot)} · ${screen.money(lot.start_minor)}`);
  if (choice.dataset.names === names.join("\n")) return;
  const before = choice.value;
  choice.dataset.names = names.join("\n");
  choice.replaceChildren(...lots.map((lot, place) => make("option", { value: lot.lot }, names[place])));
  if (lots.some((lot) => lot.lot === before)) choice.value = before;
}

function paintList(list, screen, left, ended, isLive) {
  const told = JSON.stringify([left, ended, isLive, screen.texts.lots !== null]);
  if (list.dataset.told === told) return;
  list.dataset.told = told;
  list.replaceChildren(
    ...left.map(([lot, most]) => make("li", {}, make("span", { class: "figure" }, lot), make("strong", { class: "figure" }, screen.both(most)),
      make("button", { type: "button", "data-lot": lot, disabled: isLive ? null : "" }, t("Take back")))),
    ...ended.map(([lot, why]) => make("li", { class: "gone" }, make("span", { class: "figure" }, lot), make("span", {}, t("Your maximum was not taken: %(reason)s", { reason: WHY()[why] ?? t("this paddle may not bid, or the lot was over") })))),
  );
}
