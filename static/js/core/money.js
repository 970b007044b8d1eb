// Amounts as people read and type them; the server's twin is auction/web/money.py.

const SIGNS = { CNY: "¥", EUR: "€", USD: "$", GBP: "£", JPY: "¥" };

/** An amount in the minor unit as money: ¥1,250,000; a dash for none. */
export function money(minor, currency = "CNY") {
  if (minor === null || minor === undefined) return "–";
  const cents = Math.abs(minor) % 100;
  const major = (Math.abs(minor) - cents) / 100;
  const digits = String(major).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return (minor < 0 ? "-" : "") + (SIGNS[currency] ?? `${currency} `) + digits + (cents ? `.${String(cents).padStart(2, "0")}` : "");
}

/** What somebody typed, in the minor unit; null where it is no amount. Knows 1,200,000, 120万 and full-width digits. */
export function parseMoney(text) {
  const plain = text.normalize("NFKC").replace(/[\s,，¥￥元]/g, "");
  const match = /^(\d{1,13})(?:\.(\d{1,4}))?(万)?$/.exec(plain);
  if (!match) return null;
  const scale = match[3] ? 1_000_000 : 100;
  const whole = Number(match[1]) * scale;
  const part = match[2] ? (Number(match[2]) * scale) / 10 ** match[2].length : 0;
  const minor = whole + part;
  return Number.isInteger(part) && Number.isSafeInteger(minor) && minor > 0 ? minor : null;
}
