// How a desk says something: three ready notes to the room, and a text to all or to one paddle. What was said stands below.

import { t } from "./i18n.js";
import { noticeWords } from "./notices.js";
import { make, say } from "./page.js";
import { explain } from "./screen.js";
import { clockTime, paddleName } from "./ticker.js";

const SHOWN = 12;

/** Wire the form of templates/_notices.html; returns what paints it. */
export function noticeForm(screen) {
  const { "notice-form": form, "notice-said": said } = screen.nodes;
  const post = async (message) => {
    say(said, t("Checking …"));
    const answer = await notify(screen, message);
    said.dataset.kind = answer.code ? "bad" : "good";
    say(said, answer.code ? explain(answer) : t("Said."));
    return answer;
  };
  for (const button of form.querySelectorAll("[data-note]")) button.addEventListener("click", () => post({ to: "all", note: button.dataset.note }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { text, paddle } = form.elements;
    const words = text.value.trim();
    const to = paddle.value.trim();
    if (!words) return say(said, t("Type what the house says."));
    const answer = await post(to ? { to: "paddle", paddle: to, text: words } : { to: "all", text: words });
    if (!answer.code && text.value.trim() === words) text.value = "";
    return undefined;
  });
  return () => paint(screen);
}

/** Say something as the house. */
export const notify = (screen, message) => screen.live.command("notify", message);

function paint(screen) {
  const { "notice-list": list } = screen.nodes;
  const shown = [...screen.notices.values()].slice(-SHOWN).reverse();
  const signature = shown.map(({ id, by_name }) => id + (by_name ?? "")).join();
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  list.replaceChildren(...shown.map((notice) => make("li", {},
    make("time", {}, clockTime(notice.at_ms, screen.zone)),
    make("span", {}, make("strong", {}, TO[notice.to](notice)), ` ${noticeWords(notice)}`, notice.by_name ? make("span", { class: "soft small" }, ` – ${notice.by_name}`) : ""))));
}

const TO = {
  all: () => t("to all:"),
  desk: () => t("among the desks:"),
  paddle: ({ paddle }) => t("to %(who)s:", { who: paddleName(paddle) }),
};
