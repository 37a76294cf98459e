/**
 * Physical = (raw × num + offsetNum) / den, all integers, so that a value is the double nearest to the exact decimal:
 * 2361 × 0.05 is 118.05 and not 118.05000000000001.
 */
export interface ExactScale {
  readonly num: number;
  readonly offsetNum: number;
  /** > 0 */
  readonly den: number;
}

/** Turns the decimal `scale` and `offset` of a row into integers over one denominator. */
export function exactScale(scale: number, offset: number): ExactScale {
  const s = fractionOf(scale);
  const o = fractionOf(offset);
  const den = s.den / gcd(s.den, o.den) * o.den;
  return { num: s.num * (den / s.den), offsetNum: o.num * (den / o.den), den };
}

/** Physical value of `raw`. */
export function toPhysical(exact: ExactScale, raw: number): number {
  return (raw * exact.num + exact.offsetNum) / exact.den;
}

/** The raw number nearest to `physical`; may lie outside of the field. */
export function toRaw(exact: ExactScale, physical: number): number {
  return Math.round((physical * exact.den - exact.offsetNum) / exact.num);
}

/** The shortest decimal of `value` as a reduced fraction. */
function fractionOf(value: number): { readonly num: number; readonly den: number } {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", decimals = ""] = mantissa.split(".");
  let num = Number(whole + decimals);
  let den = 1;
  const power = Number(exponent) - decimals.length;
  if (power >= 0) num *= 10 ** power;
  else den = 10 ** -power;
  const divisor = gcd(Math.abs(num), den);
  return { num: num / divisor, den: den / divisor };
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a === 0 ? 1 : a;
}
