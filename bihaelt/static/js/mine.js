// [data-mine]: what became of my vote. The receipt stays here: the open data of every question is fetched as a whole,
// the same for everybody, and looked through in this browser.
import { commitment } from "./seal.js";

const UNITS = 1e8; // of money in a trace, per euro
const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";
const WORDS = /\b(?:(?:[bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz][-\s]+){5}(?:[bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz]\b/g;

const box = document.querySelector("[data-mine]");
if (box) start();

function start() {
  const text = box.querySelector("textarea");
  const file = box.querySelector("input[type=file]");
  box.hidden = false;
  file.addEventListener("change", async () => {
    text.value = (await file.files[0]?.text()) ?? "";
    find(text.value);
  });
  box.querySelector("button").addEventListener("click", () => find(text.value));
}

async function find(receipt) {
  const status = box.querySelector("[role=status]");
  const wanted = numbers(receipt.toLowerCase());
  const lines = [...box.querySelectorAll("[data-question]")];
  for (const line of lines) line.hidden = true;
  if (!wanted.length) return (status.textContent = box.dataset.nothing);
  status.textContent = box.dataset.looking;
  try {
    const found = await Promise.all(lines.map((line) => show(line, wanted)));
    status.textContent = found.some(Boolean) ? "" : box.dataset.missing;
  } catch {
    status.textContent = box.dataset.lost;
  }
}

/** Commitments in a text, whole or as the beginnings that six words stand for. */
function numbers(text) {
  return [...(text.match(/\b[0-9a-f]{64}\b/g) ?? []), ...(text.match(WORDS) ?? []).map((words) => words.split(/[-\s]+/).map(bits).join(""))];
}

function bits(word) {
  const [a, b, c, d, e] = word;
  const value =
    (CONSONANTS.indexOf(a) << 12) | (VOWELS.indexOf(b) << 10) | (CONSONANTS.indexOf(c) << 6) | (VOWELS.indexOf(d) << 4) | CONSONANTS.indexOf(e);
  return value.toString(16).padStart(4, "0");
}

async function show(line, wanted) {
  const { result: address, papers, question } = line.dataset;
  const result = JSON.parse(await text(address));
  const is = (c) => wanted.some((number) => c.startsWith(number));
  for (const electorate of ["people", "organisations"]) {
    if (result[electorate]?.withheld) {
      if (JSON.parse(await text(`${papers}-${electorate}.withheld.json`)).commitments.some(is)) return say(line, box.dataset.withheld);
      continue;
    }
    const lines = (await text(`${papers}-${electorate}.jsonl`)).split("\n").filter(Boolean);
    const mine = lines.map((each) => JSON.parse(each)).find(({ c }) => is(c));
    if (mine) return tell(line, question, result, electorate, mine);
  }
  return false;
}

async function text(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw answer;
  return answer.text();
}

function say(line, ...sentences) {
  line.querySelector("[data-said]").textContent = sentences.filter(Boolean).join(" ");
  line.hidden = false;
  return true;
}

async function tell(line, question, result, electorate, { c, r, choice }) {
  const sealed = await commitment(box.dataset.mine, question, electorate, r, choice);
  if (sealed && sealed !== c) return say(line, box.dataset.broken);
  const keys = chosen(choice);
  const winners = new Set(result.decided.winners);
  for (const option of line.querySelectorAll("[data-option]")) {
    option.hidden = !keys.includes(option.dataset.option);
    option.querySelector("[data-mark]").textContent = winners.has(option.dataset.option) ? box.dataset.won : box.dataset.lostOut;
  }
  const { lang } = document.documentElement;
  const sum = paid(result, electorate, choice);
  const money = new Intl.NumberFormat(lang, { style: "currency", currency: "EUR" });
  return say(
    line,
    box.dataset.some.replace("{won}", keys.filter((key) => winners.has(key)).length).replace("{all}", keys.length),
    sum === null ? "" : box.dataset.paid.replace("{sum}", `\u2068${money.format(sum / UNITS)}\u2069`),
  );
}

/** The keys that a paper is for. */
function chosen(choice) {
  return choice.map((entry) => (Array.isArray(entry) ? entry : [entry, "yes"])).filter(([, said]) => said !== "no" && said !== "abstain").map(([key]) => key);
}

/** What the share of such a paper has paid, in units of money; null where nothing is paid by papers. */
function paid(result, electorate, choice) {
  const { rule, counts, barred } = result.decided;
  const own = electorate === "organisations" ? (rule === "R3" ? counts[1] : rule === "R2" ? counts[0] : null) : rule === "R0" ? result.people : counts[0];
  if (!own?.rounds?.length || !own.groups) return null;
  const out = new Set((barred ?? []).map(({ key }) => key));
  const still = JSON.stringify(choice.filter((entry) => !out.has(Array.isArray(entry) ? entry[0] : entry)));
  const group = own.groups.findIndex((each) => each.electorate === electorate && JSON.stringify(each.choice) === still);
  const amounts = own.rounds.flatMap(({ payments }) => payments ?? []).filter(([number]) => number === group);
  return amounts.reduce((whole, [, amount]) => whole + amount, 0);
}
