// Reads a record beside the page, so that the page stays quick: from an address, or from a file that the reader chose.

import { checkChain } from "../core/record_chain.js";

const digest = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

async function* chunksOf(stream) {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

async function check({ address = null, file = null, witness = "" }) {
  const answer = file ? null : await fetch(address, { cache: "no-store" });
  if (answer && !answer.ok) return { ok: false, number: 0, why: "NO_ANSWER" };
  return checkChain(chunksOf(file ? file.stream() : answer.body), digest, { witness, onCount: (count) => postMessage({ count }) });
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ result: await check(data) });
  } catch {
    postMessage({ result: { ok: false, number: 0, why: "NO_ANSWER" } });
  }
});
