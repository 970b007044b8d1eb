// Follows a sale and holds its own state against a fresh snapshot after every event: `node main.mjs URL LINK SLUG`.
//
// Each comparison is a line of JSON on stdout: `seq`, the `kinds` folded since the last, and whether it `agrees`. A line of
// JSON on stdin is an order (`do`), and gets one line back with `reply`.

import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

import { Client, signIn } from "./client.mjs";
import { before, fallingAsk, fold } from "./fold.mjs";

const [url, link, slug] = process.argv.slice(2);
const tell = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const states = new Map(); // by number: the snapshot that this client would make
let kinds = [];
let comparing = false;
let document = null;

const client = new Client(url, await signIn(url, link), {
  onFolded: (folded) => {
    kinds.push(...folded);
    states.set(client.state.seq, JSON.stringify(client.snapshot));
    compare();
  },
  onDocument: (latest) => { document = latest; },
});

/** Ask for a fresh snapshot, and hold the own state at its number against it. */
async function compare() {
  if (comparing) return;
  comparing = true;
  const { seq, snapshot, code } = await client.ask("since", { seq: 0 });
  comparing = false;
  if (code) throw new Error(`a fresh snapshot was refused: ${code}`);
  if (!states.has(seq)) return; // news that this client has not heard yet: it compares again when it has
  const [mine, fresh] = [states.get(seq), JSON.stringify(inOrder(snapshot))];
  tell({ seq, kinds, agrees: mine === fresh, ...(mine !== fresh && { mine, fresh }) });
  kinds = [];
  if (client.state.seq > seq) compare();
}

const inOrder = (snapshot) => Object.fromEntries(Object.keys(client.snapshot).map((name) => [name, snapshot[name]]));

/** The public record from its first event: fold it, and rebuild its chain. */
async function record() {
  const lines = (await (await fetch(`${url}/sales/${slug}/record.jsonl`)).text()).trim().split("\n");
  const end = JSON.parse(lines.pop());
  const state = before();
  let head = Buffer.alloc(32);
  for (const line of lines) {
    const { event, hash } = JSON.parse(line);
    const body = line.slice('{"event":'.length, line.length - `,"hash":"${hash}"}`.length);
    head = createHash("sha256").update(head).update(body).digest();
    if (head.toString("hex") !== hash) throw new Error(`the chain breaks at ${event.seq}`);
    fold(state, event);
    kinds.push(event.kind);
  }
  if (end.head !== head.toString("hex") || end.seq !== state.seq) throw new Error("the record ends elsewhere");
  Object.assign(client, { state, head: end.head });
  states.set(state.seq, JSON.stringify(client.snapshot));
}

const ORDERS = {
  send: ({ name, message }) => client.ask(name, message),
  lose: ({ frames }) => { client.skip = frames; },
  gaps: () => client.gaps,
  document: () => document,
  drop: () => client.drop(),
  come_back: async () => {
    await client.connect();
    const { events, snapshot, restored = false } = await client.join(slug, "bidder");
    return { events: events?.length ?? null, snapshot: Boolean(snapshot), restored };
  },
  falling: async ({ lot }) => {
    const { lots } = await (await fetch(`${url}/sales/${slug}/texts.json`)).json();
    const askedAt = performance.now();
    const { now_ms } = await client.ask("clock", { rtt_ms: null });
    const atMs = now_ms + (performance.now() - askedAt) / 2;
    return fallingAsk(client.state.lots.get(lot), lots[lot].own, atMs);
  },
};

await record();
await client.connect();
const joined = await client.join(slug, "bidder");
if (joined.code) throw new Error(`not let in: ${joined.code}`);
compare();
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  tell({ reply: (await ORDERS[order.do](order)) ?? null });
}
process.exit(0);
