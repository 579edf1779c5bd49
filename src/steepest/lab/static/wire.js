/**
 * Talks to the server. One question is under way at a time and the newest one wins: while an answer
 * is awaited only the last wish is remembered, so that a drag never queues.
 */

const KEPT_MOST = 20;
const kept = new Map(); // the least recently used first
let open = 0; // questions under way: what they say we have must stay until their answers are read
let pass = "";

/** The page's token, which every question that is answered with work carries. */
export const present = (token) => {
  pass = token;
};

/** An answer that says what went wrong and what to do about it. */
class Refusal extends Error {
  constructor(error) {
    super(error.message);
    this.named = error.name;
    this.remedy = error.remedy ?? "";
    this.retry = error.retry ?? null;
  }
}

async function checked(response) {
  if (response.ok) return response;
  let error = { name: "http", message: `${response.status} ${response.statusText}` };
  try {
    error = (await response.json()).error ?? error;
  } catch {
    // not JSON: the status says what there is to say
  }
  throw new Refusal(error);
}

/** JSON there and back; without a body a GET. */
export async function api(path, body, options = {}) {
  return (await checked(await asked(path, body, options))).json();
}

/** A question besides the runs (a map, a comparison) that is answered with arrays. */
export async function drawnAnswer(path, body) {
  const given = { ...body, page: `${page}-${path}`, sequence: (sequence += 1) };
  return answered(path, given);
}

/** Asks with the names of the arrays that are here already, and reads the answer. */
async function answered(path, body, options = {}) {
  open += 1;
  try {
    const response = await checked(await asked(path, { ...body, have: [...kept.keys()] }, options));
    return decode(await response.arrayBuffer());
  } finally {
    open -= 1;
    if (open === 0) while (kept.size > KEPT_MOST) kept.delete(kept.keys().next().value);
  }
}

/** The bytes of an answer and the name that the server gives them. */
export async function bytes(path, body) {
  const response = await checked(await asked(path, body));
  const given = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "");
  return { blob: await response.blob(), name: given ? given[1] : "steepest" };
}

function asked(path, body, options = {}) {
  if (body === undefined) return fetch(path, { ...options });
  const raw = body instanceof Blob;
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": raw ? "application/octet-stream" : "application/json", "X-Lab": pass },
    credentials: "same-origin",
    body: raw ? body : JSON.stringify(body),
    ...options,
  });
}

/**
 * Reads header and arrays out of one body. An array becomes a Float64Array (one dimension) or an
 * object {shape, values} (two); NaN stands for what is not finite.
 * @param {ArrayBuffer} buffer
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return revived(header, buffer, 4 + length);
}

function revived(value, buffer, base) {
  if (Array.isArray(value)) return value.map((one) => revived(one, buffer, base));
  if (value === null || typeof value !== "object") return value;
  if (value.$kept) return keep(value.$kept, kept.get(value.$kept));
  if (value.$array) return arrayOf(value, buffer, base);
  const made = {};
  for (const name in value) made[name] = revived(value[name], buffer, base);
  return made;
}

/** Big arrays come once, with a key; their identity tells the ground that nothing changed. */
function arrayOf({ $array: [offset, shape], key }, buffer, base) {
  const size = shape.reduce((all, one) => all * one, 1);
  const values = new Float64Array(buffer, base + offset, size);
  if (!key) return shape.length > 1 ? { shape, values } : values;
  const own = Float64Array.from(values);
  const made = shape.length > 1 ? { shape, values: own } : own;
  return keep(key, made);
}

function keep(key, array) {
  kept.delete(key);
  kept.set(key, array);
  return array;
}

/** Names this page to the server, so that its older work can be called off and no other page's. */
export const page = globalThis.crypto.randomUUID();

let sequence = 0;
let flying = null;
let wish = null;

/**
 * Asks for a run; `draw(answer)` is called for the newest answer only, `fail(error)` when it went
 * wrong. A preview that waits behind a full run ends that run: the hand on the slider comes first.
 * @param {{state: Object, stage: string, views: string[], asked?: number}} question
 */
export function ask(question, draw, fail) {
  wish = { question, draw, fail };
  if (!flying) return next();
  if (flying.stage === "full") flying.abort.abort();
  return undefined;
}

async function next() {
  const { question, draw, fail } = wish;
  wish = null;
  sequence += 1;
  const mine = { stage: question.stage, abort: new AbortController() };
  flying = mine;
  try {
    const answer = await answered("api/run", { ...question, page, sequence }, { signal: mine.abort.signal });
    if (!wish || question.stage === "preview") draw(answer, question);
  } catch (error) {
    if (error.name !== "AbortError" && error.named !== "lab_superseded" && !wish) fail(error);
  } finally {
    flying = null;
    if (wish) next();
  }
}

/** Whether an answer is awaited or a wish waits. */
export const busy = () => flying !== null || wish !== null;
