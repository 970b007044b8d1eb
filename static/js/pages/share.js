// Shares the address of a page: by the device's own sheet where it has one, else it is copied.

import { t } from "../core/i18n.js";
import { say } from "../core/page.js";

const link = document.querySelector("[data-share]");
const told = document.querySelector("[data-live=shared]");

async function share() {
  const { share: url, title } = link.dataset;
  try {
    if (navigator.share) return await navigator.share({ url, title });
    await navigator.clipboard.writeText(url);
    say(told, t("The address is copied."));
  } catch (error) {
    if (error.name !== "AbortError") say(told, url);
  }
  return null;
}

link.setAttribute("role", "button");
link.addEventListener("click", (event) => {
  event.preventDefault();
  share();
});
