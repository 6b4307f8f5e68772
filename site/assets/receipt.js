// A receipt is verified in the reader's own browser; nothing is sent. Ed25519 is reckoned here, since not every browser
// knows it (RFC 8032); the hashes are the browser's own.

const box = document.querySelector("#kvittering");
const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (number, by = P) => ((number % by) + by) % by;

function power(base, exponent) {
  let product = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = mod(base * base)) if (exponent & 1n) product = mod(product * base);
  return product;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const hash = async (name, bytes) => new Uint8Array(await crypto.subtle.digest(name, bytes));

function added([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * t1 * t2 * D), d = mod(2n * z1 * z2);
  const e = b - a, f = d - c, g = d + c, h = b + a;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiplied(point, factor) {
  let total = [0n, 1n, 1n, 0n];
  for (; factor; factor >>= 1n, point = added(point, point)) if (factor & 1n) total = added(total, point);
  return total;
}

function decoded(bytes) {
  const number = little(bytes), sign = number >> 255n, y = number & (2n ** 255n - 1n);
  if (bytes.length !== 32 || y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x - square) || (!x && sign)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

async function isSigned(key, message, signature) {
  const point = decoded(key), nonce = decoded(signature.slice(0, 32)), scalar = little(signature.slice(32));
  if (signature.length !== 64 || !point || !nonce || scalar >= ORDER) return false;
  const challenge = mod(little(await hash("SHA-512", joined(signature.slice(0, 32), key, message))), ORDER);
  const left = multiplied(decoded(fromHex("58" + "66".repeat(31))), scalar), right = added(nonce, multiplied(point, challenge));
  return !mod(left[0] * right[2] - right[0] * left[2]) && !mod(left[1] * right[2] - right[1] * left[2]);
}

// The one way of writing down what is hashed and signed: as Python's json.dumps(…, sort_keys=True).
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
function written(value) {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value && typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${quoted(key)}: ${written(value[key])}`).join(", ")}}`;
  return String(value);
}
const bytesOf = (value) => new TextEncoder().encode(written(value));
const digest = async (value) => toHex(await hash("SHA-256", bytesOf(value)));
const without = (content, name) => Object.fromEntries(Object.entries(content).filter(([key]) => key !== name));

async function reckonedRoot(line, index, size, path) {
  let value = await hash("SHA-256", joined([0], fromHex(line))), number = index, last = size - 1;
  for (const neighbour of path.map(fromHex)) {
    if (!last) return "";
    if (number & 1 || number === last) {
      value = await hash("SHA-256", joined([1], neighbour, value));
      while (!(number & 1) && number) [number, last] = [number >> 1, last >> 1];
    } else value = await hash("SHA-256", joined([1], value, neighbour));
    [number, last] = [number >> 1, last >> 1];
  }
  return last ? "" : toHex(value);
}

async function faults(content, file) {
  const { receipt, signature, head } = content;
  const keys = box.dataset.keys.split(" ");
  const message = bytesOf(without(content, "service_signature"));
  const checks = {
    key: keys.includes(content.public_key),
    service: await isSigned(fromHex(content.public_key), message, fromHex(content.service_signature)),
    receipt: (await digest(without(receipt, "line"))) === receipt.line,
    signature: !signature || ((await digest(without(signature, "line"))) === signature.line && signature.receipt === receipt.line),
    values: !signature || (await digest(content.values)) === signature.values,
    ledger: (await reckonedRoot(receipt.line, receipt.sequence - 1, head.size, content.path)) === head.root,
    file: !file || [receipt.sha256, receipt.sent_sha256].includes(toHex(await hash("SHA-256", file))),
  };
  return Object.keys(checks).filter((name) => !checks[name]);
}

const bytesFrom = async (input) => (input.files.length ? new Uint8Array(await input.files[0].arrayBuffer()) : null);

async function verify() {
  const [receiptInput, fileInput] = box.querySelectorAll("input");
  const bytes = await bytesFrom(receiptInput);
  if (!bytes) return;
  let wrong = ["unreadable"], head = "";
  try {
    const content = JSON.parse(new TextDecoder().decode(bytes));
    wrong = await faults(content, await bytesFrom(fileInput));
    head = content.head.root;
  } catch {
    // what is no receipt of ours is said to be unreadable
  }
  const shown = wrong.length ? wrong : ["holds", head === box.dataset.head ? "this_head" : "other_head"];
  for (const sentence of box.querySelectorAll("[data-check]")) sentence.hidden = !shown.includes(sentence.dataset.check);
  box.dataset.outcome = wrong.length ? "refused" : "holds";
}

box.querySelector("form").addEventListener("change", verify);
box.querySelector("form").hidden = false;
