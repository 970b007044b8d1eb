// Checks the hash chain of a public record, line by line, as `python app.py verify --record` does. It shares nothing with
// the server but the form of a line: {"event":BODY,"hash":"…"} and at the end {"head":"…","sale":"…","seq":N}.
// No DOM here: a worker of the page runs it, and the tests do.

import { empty, fold, KINDS } from "./fold.js";

const TOLD_EVERY = 500;
const LONGEST_LINE = 4 * 2 ** 20;
const LINE = /^\{"event":(.*),"hash":"([0-9a-f]{64})"\}$/s;
const IS_LAST = '{"head":';

/** A line that is not as it must be: the number of its event, and why by a short word. */
class Broken extends Error {
  constructor(number, why) {
    super(why);
    Object.assign(this, { number, why });
  }
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** JSON in its canonical form (RFC 8785). */
export function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** The lines of a stream of bytes, each with whether a line break ends it. Throws where one is longer than any of ours. */
async function* linesOf(chunks) {
  let rest = new Uint8Array();
  for await (const chunk of chunks) {
    let bytes = rest.length ? joinedBytes(rest, chunk) : chunk;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield [bytes.subarray(0, end), true];
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > LONGEST_LINE) throw new RangeError("a line is too long");
    rest = bytes;
  }
  if (rest.length) yield [rest, false];
}

function joinedBytes(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * Check a record. `digest(bytes)` is SHA-256; `witness` a head that was noted before, which the chain must have passed.
 * `onCount` hears of the progress. Returns the head and the folded state, or `number` and `why` of the first bad line.
 */
export async function checkChain(chunks, digest, { witness = "", onCount = () => {} } = {}) {
  const chain = { seq: 0, at_ms: 0, sale: null, bytes: new Uint8Array(32), state: empty(), met: !witness, last: null };
  const noted = witness.trim().toLowerCase();
  try {
    for await (const [raw, isWhole] of linesOf(chunks)) {
      await take(chain, raw, isWhole, digest);
      if (noted && hex(chain.bytes) === noted) chain.met = true;
      if (chain.seq % TOLD_EVERY === 0) onCount(chain.seq);
    }
    end(chain);
    if (!chain.met) throw new Broken(chain.seq + 1, "OTHER_HISTORY");
  } catch (error) {
    if (error instanceof Broken) return { ok: false, number: error.number, why: error.why };
    return { ok: false, number: chain.seq + 1, why: "UNREADABLE" };
  }
  return { ok: true, seq: chain.seq, head: hex(chain.bytes), sale: chain.sale, state: chain.state };
}

async function take(chain, raw, isWhole, digest) {
  const number = chain.seq + 1;
  if (chain.last !== null) throw new Broken(number, "AFTER_END");
  const line = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  if (line.startsWith(IS_LAST)) {
    chain.last = line;
    return;
  }
  const [, body, said] = LINE.exec(line) ?? [];
  if (body === undefined || !isWhole) throw new Broken(number, "NO_EVENT");
  const event = JSON.parse(body);
  if (!KINDS.includes(event?.kind)) throw new Broken(number, "NO_EVENT");
  if (event.seq !== number || (chain.sale !== null && event.sale !== chain.sale)) throw new Broken(number, "OUT_OF_PLACE");
  if (canonical(event) !== body || !(event.at_ms >= chain.at_ms)) throw new Broken(number, "NOT_CANONICAL");
  const bytes = await digest(joinedBytes(chain.bytes, new TextEncoder().encode(body)));
  if (hex(bytes) !== said) throw new Broken(number, "HASH");
  Object.assign(chain, { seq: number, at_ms: event.at_ms, sale: event.sale, bytes, state: fold(chain.state, event) });
}

function end(chain) {
  if (chain.last === null) throw new Broken(chain.seq + 1, "NO_END");
  const sale = chain.sale ?? JSON.parse(chain.last).sale; // without events nothing else names it
  if (chain.last !== canonical({ head: hex(chain.bytes), sale, seq: chain.seq })) throw new Broken(chain.seq + 1, "OTHER_END");
}
