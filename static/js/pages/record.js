// Checks a public record in the reader's own browser, and says in words what was found. The work is done by a worker.

import { inTerm } from "../core/fold.js";
import { t } from "../core/i18n.js";
import { money } from "../core/money.js";
import { liveNodes, make, say } from "../core/page.js";
import { paddleName } from "../core/ticker.js";

const nodes = liveNodes();
const { address, worker } = document.body.dataset;
const buttons = [nodes.own, nodes.chosen];
const HEAD = /^[0-9a-f]{64}$/i;

const WHY = {
  NO_EVENT: () => t("it is no event of a sale"),
  UNREADABLE: () => t("it cannot be read"),
  OUT_OF_PLACE: () => t("another event stands in its place"),
  NOT_CANONICAL: () => t("its bytes are not as they were written, or its time goes back"),
  HASH: () => t("its hash is not that of its bytes"),
  AFTER_END: () => t("the record goes on after its end"),
  NO_END: () => t("the record is cut off: its last line is missing"),
  OTHER_END: () => t("its last line is that of another end"),
  OTHER_HISTORY: () => t("the record never came to the head that you gave"),
  NO_ANSWER: () => t("the record did not arrive; please try again"),
};

/** One check in a worker of its own; `onCount` hears of the progress. */
function run(message, onCount) {
  return new Promise((resolve) => {
    const helper = new Worker(worker, { type: "module" });
    const done = (result) => { helper.terminate(); resolve(result); };
    helper.addEventListener("message", ({ data }) => (data.result ? done(data.result) : onCount(data.count)));
    helper.addEventListener("error", () => done({ ok: false, number: 0, why: "NO_ANSWER" }));
    helper.postMessage(message);
  });
}

const count = (events) => say(nodes.progress, t("%(count)s events checked …", { count: events }));

async function checked(work) {
  for (const button of buttons) button.disabled = true;
  nodes.verdict.hidden = true;
  nodes.progress.hidden = false;
  count(0);
  try {
    await work();
  } finally {
    nodes.progress.hidden = true;
    for (const button of buttons) button.disabled = false;
    nodes.verdict.hidden = false;
    nodes.verdict.focus();
  }
}

function bad(result, whose) {
  nodes.verdict.dataset.verdict = "bad";
  say(nodes.headline, result.number ? t("Not good: event %(number)s.", { number: result.number }) : t("Not checked."));
  say(nodes.words, `${whose} ${WHY[result.why]()}.`);
  nodes.facts.hidden = nodes.results.hidden = true;
}

function good(result, words) {
  nodes.verdict.dataset.verdict = "good";
  say(nodes.headline, t("Good: the chain holds from the first event to the last."));
  say(nodes.words, words);
  say(nodes.events, String(result.seq));
  say(nodes.head, result.head);
  nodes.facts.hidden = false;
  const { state } = result;
  const sold = [...state.lots.values()].filter((lot) => lot.status === "sold");
  nodes.results.hidden = !sold.length;
  nodes.rows.replaceChildren(...sold.map((lot) => make("tr", {},
    make("th", { scope: "row" }, t("Lot %(lot)s", { lot: lot.lot })), make("td", {}, paddleName(lot.leader) + (inTerm(lot, Date.now()) ? ` · ${t("priority right open")}` : "")),
    make("td", { class: "number figure" }, money(lot.hammer_minor, state.currency)))));
}

/** The house's own record, as it is now. */
async function checkOwn(witness) {
  const result = await run({ address, witness }, count);
  if (!result.ok) bad(result, t("The house's record:"));
  else good(result, witness ? t("It passed through the head that you gave.") : t("Compare its head with one that was noted elsewhere."));
}

/** A file that the reader kept, and whether the house's record goes on from it. */
async function checkFile(file) {
  const kept = await run({ file }, count);
  if (!kept.ok) return bad(kept, t("Your file:"));
  const own = await run({ address, witness: kept.seq ? kept.head : "" }, count);
  if (own.ok && own.sale === kept.sale) return good(kept, own.seq === kept.seq ? t("The house's record is this very file.") : t("The house's record goes on from this very file."));
  if (own.why === "OTHER_HISTORY" || (own.ok && own.sale !== kept.sale)) return bad({ number: kept.seq, why: "OTHER_HISTORY" }, t("Your file holds, but the house's record is another one:"));
  return bad(own, t("Your file holds. The house's record:"));
}

nodes.own.addEventListener("click", () => {
  const witness = nodes.witness.value.trim();
  const isHead = !witness || HEAD.test(witness);
  nodes.witness.setAttribute("aria-invalid", String(!isHead));
  nodes["witness-wrong"].hidden = isHead;
  if (isHead) checked(() => checkOwn(witness));
  else nodes.witness.focus();
});
nodes.chosen.addEventListener("change", () => {
  const [file] = nodes.chosen.files;
  if (file) checked(() => checkFile(file));
});

const canCheck = "Worker" in window && Boolean(crypto.subtle);
nodes.tools.hidden = !canCheck;
nodes.cannot.hidden = canCheck;
