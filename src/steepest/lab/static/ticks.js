/**
 * Where ticks stand: the rules of matplotlib's MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]) and
 * LogLocator as `figures/painting.py` sets them, so that page and files show the same axes.
 */

const STEPS = [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20];
// matplotlib's default steps, which it uses where the log axis is short
const SHORT = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15];

/** Multiples of a round step within [low, high]; at most `most` intervals. */
export function linearTicks(low, high, most = 6, steps = STEPS) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const middle = (high + low) / 2;
  const far = Math.abs(middle) / span >= 100;
  const offset = far ? Math.sign(middle) * 10 ** Math.floor(Math.log10(Math.abs(middle))) : 0;
  const scale = 10 ** Math.floor(Math.log10(span / most));
  const sizes = steps.map((one) => one * scale);
  const enough = sizes.findIndex((one) => one >= (span / most) * (1 - 1e-12));
  for (let at = enough < 0 ? sizes.length - 1 : enough; at >= 0; at -= 1) {
    const ticks = multiples(low - offset, high - offset, sizes[at]);
    if (ticks.length >= 2 || at === 0) return ticks.map((one) => one + offset);
  }
  return [low, high];
}

function multiples(low, high, step) {
  const slack = 1e-10 * Math.max(1, Math.abs(low / step), Math.abs(high / step));
  const made = [];
  for (let k = Math.ceil(low / step - slack); k <= high / step + slack; k += 1) {
    made.push(Number((k * step).toPrecision(14)));
  }
  return made;
}

/** Powers of ten, and 2 and 5 or 3 between them where there is room. */
export function logTicks(low, high, most = 9) {
  const decades = Math.log10(high / low);
  if (decades < 0.5) return linearTicks(low, high, 5, SHORT).filter((one) => one > 0);
  const subs = decades < 1.6 ? [1, 2, 5] : decades < 2.6 ? [1, 3] : [1];
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const powers = subs.length > 1 ? span(first - 1, last, 1) : chosenPowers(low, high, first, last, most);
  const made = powers.flatMap((power) => subs.map((sub) => Number(`${sub}e${power}`)));
  const inside = made.filter((one) => one >= low * (1 - 1e-12) && one <= high * (1 + 1e-12));
  return inside.length > 1 ? inside : linearTicks(low, high, 9).filter((one) => one > 0);
}

function span(first, last, stride) {
  const made = [];
  for (let power = first; power <= last; power += stride) made.push(power);
  return made;
}

/** Which decades get a tick: as many as are wanted, evenly, on multiples of the stride if it can be. */
function chosenPowers(low, high, first, last, most) {
  const there = last - first + 1;
  const least = Math.floor(there / (most + 1)) + 1;
  const wanted = Math.min(Math.ceil(there / least), most);
  if (wanted < 2) return there > 0 ? [Math.round((Math.log10(low) + Math.log10(high)) / 2)] : [];
  let stride = Math.floor((there - 1) / (wanted - 1));
  if (stride < there / wanted) stride = Math.floor(there / wanted);
  const lowest = Math.max(there - stride * wanted, 0);
  const highest = Math.min(there - stride * (wanted - 1), stride);
  const even = ((-first % stride) + stride) % stride;
  const offset = even >= lowest && even < highest ? even : lowest;
  return span(first + offset, last, stride);
}

/** The ticks of an axis of a figure: its own, or by rule. `[value, text|null]`. */
export function ticksOf(axis, low, high, narrow = false) {
  if (axis.ticks && axis.ticks.length) {
    const [small, large] = low < high ? [low, high] : [high, low];
    return axis.ticks.filter(([value]) => value >= small && value <= large);
  }
  const values = axis.scale === "log" ? logTicks(low, high, narrow ? 5 : 9) : linearTicks(low, high, narrow ? 4 : 6);
  return values.map((value) => [value, null]);
}
