// Amounts as people write and read them. The server's twin is auction/words/amounts.py; tests/js/amounts.json holds what both
// must read and refuse.

const CURRENCIES = {
  CNY: { sign: "¥", words: ["元", "人民币", "人民币元", "RMB", "CNY", "YUAN", "¥", "CN¥"] },
  EUR: { sign: "€", words: ["欧元", "EUR", "EURO", "EUROS", "€"] },
  USD: { sign: "$", words: ["美元", "美金", "USD", "US$", "DOLLAR", "DOLLARS", "$"] },
  GBP: { sign: "£", words: ["英镑", "GBP", "POUND", "POUNDS", "£"] },
  JPY: { sign: "JP¥", words: ["日元", "円", "JPY", "YEN", "JP¥", "¥"] },
};

const DECIMALS = new Map([
  ...["JPY", "KRW", "VND", "ISK", "CLP", "PYG", "UGX", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV", "XAF", "XOF", "XPF"].map((code) => [code, 0]),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((code) => [code, 3]),
]);

/** How many decimals an amount of a currency has, as auction/rules/currency.py says. */
export const decimalsOf = (currency) => DECIMALS.get(currency) ?? 2;

/** An amount in the minor unit as money: ¥1,250,000; a dash for none. */
export function money(minor, currency = "CNY") {
  if (minor === null || minor === undefined) return "–";
  return (minor < 0 ? "-" : "") + (CURRENCIES[currency]?.sign ?? `${currency} `) + amountText(Math.abs(minor), currency);
}

/** An amount as it can be typed again: 1,250,000, with decimals only where there are any. */
export function amountText(minor, currency = "CNY") {
  const decimals = decimalsOf(currency);
  const rest = minor % 10 ** decimals;
  const digits = String((minor - rest) / 10 ** decimals).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return digits + (rest ? `.${String(rest).padStart(decimals, "0")}` : "");
}

// --- reading ---

/** A text that is no amount; `code` says why, as the server's BadAmount does. */
export class BadAmount extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const LONGEST = 64;
const FORMS = "萬億圓圆〇壹贰貳叁參肆伍陆陸柒捌玖两兩拾佰仟";
const PLAIN_FORMS = "万亿元元零一二二三三四五六六七八九二二十百千";
const DIGITS = "零一二三四五六七八九";
const PLACES = [[10n ** 8n, "亿"], [10n ** 4n, "万"], [1000n, "千"], [100n, "百"], [10n, "十"]];
const POWERS = { "": 0, 百: 2, 千: 3, 万: 4, 百万: 6, 千万: 7, 亿: 8, 万亿: 12 };
const ALL_WORDS = [...new Set(Object.values(CURRENCIES).flatMap(({ words }) => words))].sort((a, b) => b.length - a.length);
const WORD = ALL_WORDS.map((word) => word.replace("$", "\\$")).join("|");
const BEFORE = new RegExp(`^(${WORD}) ?`);
const AFTER = new RegExp(` ?(${WORD})$`);
const PLAIN = /^(\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.(\d+))? ?(百万|千万|万亿|[百千万亿]?)$/;
const SCIENTIFIC = /^(\d)(?:\.(\d+))?E\+?(\d{1,2})$/;
const COINS = /^(?:(.+)元)?(?:([1-9一二三四五六七八九])角)?(?:零?([1-9一二三四五六七八九])分)?$/;

/**
 * The minor unit of an amount as people write it: 1,250,000, 15万, 7万5, 拾伍万元, ￥, full width, 1.5E5. Throws
 * BadAmount. Zero is an amount here; a sign of minus is none.
 */
export function readAmount(text, currency = "CNY") {
  if (text.length > LONGEST || /\p{No}/u.test(text)) throw new BadAmount("BAD_AMOUNT");
  let plain = text.normalize("NFKC").toUpperCase().trim().replace(/\s+/g, " ");
  plain = plain.replace(new RegExp(`[${FORMS}]`, "g"), (char) => PLAIN_FORMS[FORMS.indexOf(char)]).replace(/([元角])[整正]$/, "$1");
  const minor = (currency === "CNY" ? withCoins(plain) : null) ?? number(withoutWords(plain, currency), decimalsOf(currency));
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) throw new BadAmount("AMOUNT_TOO_LARGE");
  return Number(minor);
}

function withoutWords(text, currency) {
  let plain = text;
  for (let match; (match = BEFORE.exec(plain) ?? AFTER.exec(plain));) {
    if (!CURRENCIES[currency]?.words.includes(match[1])) throw new BadAmount("UNIT");
    plain = plain.slice(0, match.index) + plain.slice(match.index + match[0].length);
  }
  return plain;
}

function number(plain, decimals) {
  const digits = PLAIN.exec(plain);
  if (digits) return shifted(digits[1].replace(/[, ]/g, ""), digits[2] ?? "", POWERS[digits[3]], decimals);
  const scientific = SCIENTIFIC.exec(plain);
  if (scientific) return shifted(scientific[1], scientific[2] ?? "", Number(scientific[3]), decimals);
  if (plain.includes(",")) throw new BadAmount("AMOUNT_COMMA");
  const value = inChinese(plain);
  if (value === null) throw new BadAmount("BAD_AMOUNT");
  return value * 10n ** BigInt(decimals);
}

// The minor unit of whole.fraction × 10^power. A fraction of one or two zeros is none, as spreadsheets write it.
function shifted(whole, fraction, power, decimals) {
  const part = power === 0 && (fraction === "0" || fraction === "00") ? "" : fraction;
  if (part.length > power + decimals) throw new BadAmount("AMOUNT_TOO_FINE");
  return BigInt(whole + part) * 10n ** BigInt(power + decimals - part.length);
}

// Yuan with 角 or 分 at the end, in fen; null where there are none of them.
function withCoins(plain) {
  const match = /[角分]$/.test(plain) ? COINS.exec(plain) : null;
  if (!match) return null;
  const [jiao, fen] = [match[2], match[3]].map((part) => BigInt(digitsOf(part ?? "0")));
  const yuan = match[1] ? number(withoutWords(match[1], "CNY"), 0) : 0n;
  return yuan * 100n + jiao * 10n + fen;
}

// A number in Chinese words, also mixed with digits: 十五万, 1亿2000万, 7万5. Only the usual spelling is read, so that
// 一百五 is never taken for 105.
function inChinese(plain) {
  let text = plain.replace(/[1-9]\d{0,3}/g, (digits) => spelled(BigInt(digits)));
  const short = /([万亿])[一二三四五六七八九]$/.exec(text);
  if (short) text += { 万: "千", 亿: "千万" }[short[1]];
  text = text.replace(/(^|[^一二三四五六七八九])十/g, "$1一十");
  if (!/^[零一二三四五六七八九十百千万亿]+$/.test(text)) return null;
  const value = valueOf(text);
  return spelled(value) === text ? value : null;
}

function valueOf(text) {
  for (const [unit, place] of PLACES) {
    const at = text.lastIndexOf(place);
    if (at >= 0) return valueOf(text.slice(0, at)) * unit + valueOf(text.slice(at + 1));
  }
  return BigInt(digitsOf(text).slice(-1) || "0");
}

const digitsOf = (text) => [...text].map((char) => (/\d/.test(char) ? char : DIGITS.indexOf(char))).join("");

function spelled(value) {
  for (const [unit, place] of PLACES) {
    if (value < unit) continue;
    const rest = value % unit;
    const gap = rest && rest < unit / 10n ? "零" : "";
    return spelled(value / unit) + place + (rest ? gap + spelled(rest) : "");
  }
  return DIGITS[Number(value)];
}

// --- what is typed on a live screen ---

/**
 * A bid as it was typed, in the minor unit. Throws BadAmount: NOT_POSITIVE for zero, and NOT_WHOLE for a fraction of the
 * major unit, which is bid by the button alone where a ladder leads to one.
 */
export function readBid(text, currency) {
  const minor = readAmount(text, currency);
  if (minor === 0) throw new BadAmount("NOT_POSITIVE");
  if (minor % 10 ** decimalsOf(currency)) throw new BadAmount("NOT_WHOLE");
  return minor;
}

const CAPITALS = { 零: "零", 一: "壹", 二: "贰", 三: "叁", 四: "肆", 五: "伍", 六: "陆", 七: "柒", 八: "捌", 九: "玖", 十: "拾", 百: "佰", 千: "仟", 万: "万", 亿: "亿" };
const LARGE = [[1e9, "billion"], [1e6, "million"], [1e3, "thousand"]];

/** A whole amount in words that show a slipped zero: 壹佰贰拾万元, 1.2 million; empty where figures say it better. */
export function inWords(minor, currency, locale) {
  const major = minor / 10 ** decimalsOf(currency);
  if (!Number.isInteger(major)) return "";
  if (locale === "zh") return `${[...spelled(BigInt(major))].map((char) => CAPITALS[char]).join("")}${currency === "CNY" ? "元" : ""}`;
  const found = LARGE.find(([unit]) => major >= unit && Number.isInteger((major / unit) * 1000));
  return found ? `${major / found[0]} ${found[1]}` : "";
}
