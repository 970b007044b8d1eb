// The sum that a buyer pays beside the hammer price. Its twin on the server is auction/rules/money.py; the same vectors,
// tests/js/commission.json, are run through both. Whole numbers only: a slice times its rate leaves what a Number holds.

const BP = 10_000n; // rates are in basis points: 500 is 5 %

const least = (one, other) => (one < other ? one : other);

/** The commission on a hammer price in the minor unit, by slices `[from_minor, rate_bp]`, half-up once on the sum. */
export function commission(hammer_minor, slices) {
  const hammer = BigInt(hammer_minor);
  let scaled = 0n;
  for (const [place, [from, rate]] of slices.entries()) {
    const upTo = place + 1 < slices.length ? least(BigInt(slices[place + 1][0]), hammer) : hammer;
    if (upTo > BigInt(from)) scaled += (upTo - BigInt(from)) * BigInt(rate);
  }
  return Number((scaled + BP / 2n) / BP);
}

/** The buyer's all-in price: the hammer price and his commission. */
export const allIn = (hammer_minor, slices) => hammer_minor + commission(hammer_minor, slices);
