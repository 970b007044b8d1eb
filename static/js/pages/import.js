// Reading a large file takes seconds: show that it goes on, and take no second press meanwhile.

for (const form of document.querySelectorAll("[data-long]")) {
  form.addEventListener("submit", () => {
    form.querySelector("[data-waiting]").hidden = false;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}

// A page that comes back from the browser's memory waits for nothing.
window.addEventListener("pageshow", () => {
  for (const each of document.querySelectorAll("[data-waiting]")) each.hidden = true;
  for (const button of document.querySelectorAll("[data-long] button")) button.disabled = false;
});
