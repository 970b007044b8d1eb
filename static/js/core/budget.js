// How far a budget goes. The ladder is the server's: it says so, and the screen says it on.

import { t } from "./i18n.js";
import { say } from "./page.js";

/** The highest amount on a lot's ladder that a budget pays for, said beside its form; null where there is none, or no answer. */
export async function highestWithin(screen, lot, budget_minor) {
  const { "budget-said": said } = screen.nodes;
  say(said, t("Checking …"));
  const answer = await fetch(`/sales/${screen.id}/lots/${lot.lot}/within.json?budget_minor=${budget_minor}`).catch(() => null);
  const found = answer?.ok ? await answer.json() : null;
  if (screen.lot?.lot !== lot.lot) return null;
  if (!found) say(said, t("No connection"));
  else if (found.highest_minor === null) say(said, t("The next amount is above this budget."));
  else say(said, t("It pays for %(amount)s.", { amount: screen.both(found.highest_minor) }));
  return found?.highest_minor ?? null;
}
