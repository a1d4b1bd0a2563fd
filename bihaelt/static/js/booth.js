// form[data-booth]: every tick is saved at once and says so ([data-saved]), and the totals run along ([data-total]).
// Saved is not cast: the badges [data-progress] show how far one is. Without a connection it keeps trying.
const TYPING = 400; // ms after the last key in a field
const FIRST = 2000; // ms until the first new attempt, then twice as long each time
const LAST = 30000;

export function saveTicks() {
  const form = document.querySelector("form[data-booth]");
  if (!form) return;
  const sections = form.querySelectorAll("[data-question]");
  const said = form.querySelector("[data-saved]");
  let unsaved = false;
  let busy = false;
  let wait = FIRST;
  let timer;
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function save() {
    if (busy || !unsaved) return;
    busy = true;
    unsaved = false;
    try {
      said.textContent = await send(form, sections);
      wait = FIRST;
    } catch {
      unsaved = true;
      said.textContent = form.dataset.lost;
    }
    busy = false;
    if (!unsaved) return;
    if (said.textContent !== form.dataset.lost) return save(); // ticked meanwhile
    later(wait);
    wait = Math.min(2 * wait, LAST);
  }

  const changed = (event, ms) => {
    sections.forEach(total);
    if (!event.target.name) return;
    unsaved = true;
    said.textContent = "";
    later(ms);
  };
  form.addEventListener("change", (event) => changed(event, 0));
  form.addEventListener("input", (event) => event.target.type === "number" && changed(event, TYPING));
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => {
    if ((unsaved || busy) && !form.dataset.sent) event.preventDefault();
  });
  sections.forEach(total);
}

/** Sends the whole paper; what is to be said then. Throws when it did not arrive. */
async function send(form, sections) {
  const answer = await fetch(form.dataset.save, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (answer.status >= 500 || answer.status === 429) throw answer;
  const told = answer.headers.get("Content-Type") === "application/json" ? await answer.json() : null;
  if (!told) return form.dataset.dead;
  for (const section of sections) complain(section, told.wrong?.[section.dataset.question]);
  if (!answer.ok) return told.message || form.dataset.refused;
  for (const badge of document.querySelectorAll("[data-progress]")) badge.hidden = badge.dataset.progress !== told.progress;
  for (const [name, value] of Object.entries(told.fields)) {
    for (const field of document.getElementsByName(name)) field.value = value;
  }
  return form.dataset.kept;
}

function complain(section, words) {
  const line = section.querySelector("[data-wrong]");
  if (!line) return;
  line.hidden = !words;
  line.lastElementChild.textContent = words ?? "";
}

function total(section) {
  const line = section.querySelector("[data-total]");
  if (!line) return;
  const { lang } = document.documentElement;
  const number = new Intl.NumberFormat(lang);
  const money = new Intl.NumberFormat(lang, { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
  const ticked = [...section.querySelectorAll("input:checked")];
  const sum = (of, what) => of.reduce((whole, field) => whole + (Number(what(field)) || 0), 0);
  const used = section.dataset.method === "points" ? sum([...section.querySelectorAll("input")], (field) => field.value) : ticked.length;
  const most = Number(section.dataset.most);
  const words = { n: number.format(used), most: number.format(most), sum: money.format(sum(ticked, (field) => field.dataset.cost / 100)) };
  line.textContent = line.dataset.total.replace(/\{(\w+)\}/g, (_, name) => `\u2068${words[name]}\u2069`);
  line.classList.toggle("ballot__total--over", used > most);
  line.hidden = false;
}
