// Small helpers that every screen shares: live nodes by name, one repaint a frame, the texts of the sale.

/** The nodes that a template has marked data-live="name". */
export function liveNodes() {
  return Object.fromEntries([...document.querySelectorAll("[data-live]")].map((node) => [node.dataset.live, node]));
}

/** Set a node's text only where it changed. */
export function say(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** A screen's big text; one that is longer than `most` characters gets smaller type. */
export function sayFigure(node, text, most = 11) {
  say(node, text);
  node.dataset.long = String(text.length > most);
}

/** A function that runs `paint` at most once a frame. */
export function oncePerFrame(paint) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      paint();
    });
  };
}

const moving = new Set(); // what is scrolled by new rows, until a frame after it was scrolled back

/**
 * Let rows come into a list from above, by `add`. What scrolls is scrolled by them, and back a frame later: so nothing is
 * laid out elsewhere meanwhile. A list that a reader has scrolled stays where he reads. While it moves nothing is added,
 * and the answer is false; `again` is called once it can be.
 */
export function fromAbove(scroller, list, add, again) {
  if (moving.has(scroller)) return false;
  const first = scroller.scrollTop < 1 ? list.firstElementChild : null;
  const before = first?.offsetTop;
  add();
  if (!first?.isConnected) return true;
  moving.add(scroller);
  scroller.scrollTop = first.offsetTop - before;
  requestAnimationFrame(() => {
    scroller.scrollTop = 0;
    requestAnimationFrame(() => { moving.delete(scroller); again(); });
  });
  return true;
}

/** Make an element: make("li", {class: "bid"}, "text", child, …). */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Titles and numbers of a sale's lots (by its id), by HTTP: the stream carries no texts. */
export async function loadTexts(sale) {
  try {
    const answer = await fetch(`/sales/${sale}/texts.json`);
    return answer.ok ? await answer.json() : { lots: {} };
  } catch {
    return { lots: {} };
  }
}

/** The opened offers of a lot, by HTTP: no snapshot has room for them. */
export async function loadOffers(sale, lot) {
  try {
    const answer = await fetch(`/sales/${sale}/lots/${lot}/detail.json`);
    return answer.ok ? ((await answer.json()).offers ?? []) : [];
  } catch {
    return [];
  }
}
