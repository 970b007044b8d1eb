// Try a route of the API from its page: what is sent as a line of curl, and the answer as it came.

import { t } from "../core/i18n.js";

const token = document.querySelector("[data-token]").elements.token;
document.querySelector("[data-token]").addEventListener("submit", (event) => event.preventDefault());

/** The request of a form: its address, headers and body. */
function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  const headers = { Accept: "application/json" };
  for (const field of form.querySelectorAll("[data-place]")) {
    const value = field.value.trim();
    if (field.dataset.place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value && field.dataset.place === "query") query.set(field.name, value);
    else if (value && field.dataset.place === "header") headers[field.name] = value;
  }
  if (token.value.trim()) headers.Authorization = `Bearer ${token.value.trim()}`;
  const body = form.elements.body?.value;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const asked = String(query);
  return { address: location.origin + path + (asked ? `?${asked}` : ""), method: form.dataset.method, headers, body };
}

/** A text as one word of a shell. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curlOf({ address, method, headers, body }) {
  const said = Object.entries(headers).map(([name, value]) => ` -H ${quoted(`${name}: ${name === "Authorization" ? "Bearer $TOKEN" : value}`)}`);
  return `curl -X ${method}${said.join("")}${body === undefined ? "" : ` --data ${quoted(body)}`} ${quoted(address)}`;
}

/** The answer: its status, the headers that matter, and the body, JSON in lines. */
async function answerTo({ address, method, headers, body }) {
  const answer = await fetch(address, { method, headers, body, credentials: "omit" });
  const told = ["content-type", "etag", "ratelimit-remaining", "retry-after"].filter((name) => answer.headers.has(name));
  const head = [`HTTP ${answer.status}`, ...told.map((name) => `${name}: ${answer.headers.get(name)}`)].join("\n");
  const text = await answer.text();
  const isJson = (answer.headers.get("content-type") ?? "").startsWith("application/json");
  return `${head}\n\n${isJson ? JSON.stringify(JSON.parse(text), null, 2) : text}`;
}

for (const form of document.querySelectorAll("form.try")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [curl, answer] = [form.querySelector("[data-curl]"), form.querySelector("[data-answer]")];
    const request = requestOf(form);
    curl.textContent = curlOf(request);
    curl.hidden = answer.hidden = false;
    answer.textContent = t("Waiting for the answer …");
    try {
      answer.textContent = await answerTo(request);
    } catch {
      answer.textContent = t("No answer came. Is the server reachable?");
    }
  });
}
