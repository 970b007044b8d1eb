// Type as large as its box takes: a text that does not fit gets the next smaller size of the sheet (`data-fit`).

const SMALLEST = 4;

/** Fit the text of a node, whose height the sheet sets and whose size it takes from `data-fit`, 0 to 4. */
export function fit(node) {
  for (let size = 0; size <= SMALLEST; size += 1) {
    node.dataset.fit = String(size);
    if (node.scrollHeight <= node.clientHeight + 1 && node.scrollWidth <= node.clientWidth + 1) return;
  }
}

/** Set a node's text, and fit it where it changed. */
export function sayFitting(node, text) {
  if (node.textContent === text) return;
  node.textContent = text;
  fit(node);
}
