/** Numbers as text, the same as the pictures that matplotlib draws. */

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const raised = (exponent) => [...String(exponent)].map((one) => RAISED[one]).join("");
const plain = (text) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

/** Thousands are parted by commas, as in the sentences of the catalogue. */
function grouped(text) {
  const [whole, part] = text.split(".");
  const parted = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return part === undefined ? parted : `${parted}.${part}`;
}

/**
 * A tick's number: plain, or as a power of ten (the rule of `power_text` in Python).
 * @param {number} value
 * @param {number} [digits]
 */
export function powerText(value, digits = 6) {
  const size = Math.abs(value);
  if (!(size >= 1e-300)) return size === 0 || size < 1e-300 ? "0" : "–";
  if (!Number.isFinite(value)) return "∞";
  const sign = value < 0 ? "−" : "";
  const round = Number(size.toPrecision(digits));
  if (round >= 1e-4 && round < 1e6) {
    const places = Math.max(0, digits - 1 - Math.floor(Math.log10(round)));
    return sign + grouped(plain(round.toFixed(Math.min(places, 20))));
  }
  const [mantissa, exponent] = size.toExponential(Math.min(3, digits - 1)).split("e");
  const power = `10${raised(Number(exponent))}`;
  return sign + (plain(mantissa) === "1" ? power : `${plain(mantissa)}·${power}`);
}

/** A number that is read in passing: four digits. */
export function short(value) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "number" ? powerText(value, 4) : String(value);
}

/** A count: whole, with thousands parted. */
export const count = (value) => (Number.isInteger(value) ? grouped(String(value)) : short(value));

/** What a number box shows and takes back: plain digits, no signs of typography. */
export function typed(value, digits = 4) {
  if (!Number.isFinite(value)) return "";
  return String(Number(value.toPrecision(digits)));
}

/** How many rows a run was trained on; none for formulas. */
export const rowsOf = (answer) => answer?.counts?.train ?? answer?.numbers?.rows?.train ?? null;
