// How far a sale has come, as a picture: a bar for each lot in its order, by colour and by height.

import { isBegun } from "./fold.js";
import { t } from "./i18n.js";

const HEIGHTS = { sold: 10, open: 10, passed: 5, withdrawn: 2, pending: 1 };

const kindOf = (lot) => (isBegun(lot) ? "open" : lot.status);

/** Draw the bars; only a lot whose status has changed is drawn again. */
export function paintProgress(screen) {
  const { progress } = screen.nodes;
  const kinds = screen.lots.map(kindOf);
  const signature = kinds.join();
  if (progress.dataset.signature === signature) return;
  progress.dataset.signature = signature;
  progress.setAttribute("viewBox", `0 0 ${Math.max(1, kinds.length)} 10`);
  progress.replaceChildren(...kinds.map((kind, place) => bar(kind, place)));
  const ended = kinds.filter((kind) => kind !== "open" && kind !== "pending").length;
  progress.setAttribute("aria-label", t("%(ended)s of %(lots)s lots have ended.", { ended, lots: kinds.length }));
}

function bar(kind, place) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const height = HEIGHTS[kind];
  for (const [name, value] of Object.entries({ "data-status": kind, x: place + 0.08, y: 10 - height, width: 0.84, height })) node.setAttribute(name, value);
  return node;
}
