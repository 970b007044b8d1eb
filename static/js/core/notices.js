// The words of the house, to be shown for a while.

import { t } from "./i18n.js";
import { say } from "./page.js";

const NOTES = {
  SOON: () => t("We begin in a moment."),
  BREAK: () => t("We go on in five minutes."),
  PATIENCE: () => t("Please wait a moment. The house looks into a question."),
  GAVEL_ASKED: ({ by_name }) => t("%(name)s asks for the gavel.", { name: by_name }),
  GAVEL_GIVEN: ({ by_name, named_name }) => t("%(name)s hands the gavel over to %(successor)s.", { name: by_name, successor: named_name }),
};

/** A notice in words. */
export const noticeWords = (notice) => NOTES[notice.note]?.(notice) ?? notice.text;

/** The newest notice of the last `forMs` that `wanted`; null where there is none. */
export function newest(screen, forMs, wanted = () => true) {
  const since = screen.nowMs - forMs;
  return [...screen.notices.values()].findLast((notice) => notice.at_ms >= since && wanted(notice)) ?? null;
}

const READ = "read notices";
const SHOWN_MS = 10 * 60_000;

/** Show what the house has said until it has been read, in the nodes of templates/_house.html; returns what paints it. */
export function readingNotices(screen) {
  const { house, "house-text": text, "house-seen": seen } = screen.nodes;
  const read = new Set((sessionStorage.getItem(READ) ?? "").split(" "));
  const unread = () => newest(screen, SHOWN_MS, ({ id }) => !read.has(id));
  seen.addEventListener("click", () => {
    for (const id of screen.notices.keys()) read.add(id);
    sessionStorage.setItem(READ, [...read].slice(-50).join(" "));
    screen.repaint();
  });
  return () => {
    const notice = unread();
    house.hidden = !notice;
    if (notice) say(text, notice.to === "paddle" ? t("The house to you: %(words)s", { words: noticeWords(notice) }) : t("The house: %(words)s", { words: noticeWords(notice) }));
  };
}
