// form[data-nonces]: the secret number of each paper is drawn here, not on the server. With it the browser reckons what
// the receipt has to show, and remembers that in this tab: the receipt then says that it is the same.
const BYTES = 32;
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** The commitment to a choice, as docs/open-data.md describes it; undefined where the browser cannot reckon it. */
export async function commitment(ballot, question, electorate, nonce, choice) {
  const head = new TextEncoder().encode(["bihaelt/stimme/1", ballot, question, electorate, ""].join("\0"));
  const tail = new TextEncoder().encode(JSON.stringify(choice));
  const data = new Uint8Array([...head, ...bytes(nonce), ...tail]);
  return crypto.subtle && hex(await crypto.subtle.digest("SHA-256", data));
}

export function drawNonces() {
  const form = document.querySelector("form[data-nonces]");
  if (!form || !globalThis.crypto?.getRandomValues) return;
  const draw = async () => {
    const fields = [...form.querySelectorAll("[data-nonce]")];
    for (const field of fields) field.value = hex(crypto.getRandomValues(new Uint8Array(BYTES)));
    for (const words of form.querySelectorAll("[data-drawn]")) words.hidden = words.dataset.drawn !== "browser";
    const [ballot, electorate] = (form.dataset.nonces || "").split(" ");
    if (!ballot) return; // with a code nothing is remembered: others use this device
    const made = fields.map(async ({ dataset, value }) => [
      dataset.nonce,
      await commitment(ballot, dataset.nonce, electorate, value, JSON.parse(dataset.choice)),
    ]);
    remember(`${form.dataset.nonces}`, Object.fromEntries(await Promise.all(made)));
  };
  draw();
  addEventListener("pageshow", (event) => event.persisted && draw());
}

function remember(key, made) {
  try {
    sessionStorage.setItem(`seal:${key}`, JSON.stringify({ ...remembered(key), ...made }));
  } catch {
    // Full or forbidden: then nothing is compared.
  }
}

function remembered(key) {
  try {
    return JSON.parse(sessionStorage.getItem(`seal:${key}`)) ?? {};
  } catch {
    return {};
  }
}

/** [data-sealed="ballot electorate"] is shown when every number of the receipt is the one that this browser has reckoned. */
export function compareReceipt() {
  const words = document.querySelector("[data-sealed]");
  if (!words) return;
  const made = remembered(words.dataset.sealed);
  const shown = [...document.querySelectorAll("[data-commitment]")];
  words.hidden = !shown.length || !shown.every(({ dataset }) => made[dataset.commitment] === dataset.digest);
}
