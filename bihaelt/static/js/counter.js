// [data-counter="500"] with data-counter-left and data-counter-over ("Characters left: {n}"): a counter below the field.
// The field itself has no maxlength: a pasted text is never cut in silence, the form says what is too long.
const QUIET = 1000; // ms without typing before a screen reader is told

export function countCharacters() {
  for (const field of document.querySelectorAll("[data-counter]")) watch(field);
}

function watch(field) {
  const most = Number(field.dataset.counter);
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const seen = document.createElement("p");
  const heard = document.createElement("p");
  seen.className = "counter";
  seen.setAttribute("aria-hidden", "true");
  heard.className = "kern-sr-only";
  heard.setAttribute("role", "status");
  field.after(seen, heard);
  let timer;
  const update = () => {
    const left = most - [...field.value].length;
    const words = left < 0 ? field.dataset.counterOver : field.dataset.counterLeft;
    seen.textContent = words.replace("{n}", format.format(Math.abs(left)));
    seen.classList.toggle("counter--over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => (heard.textContent = left < most / 5 ? seen.textContent : ""), QUIET);
  };
  field.addEventListener("input", update);
  update();
  clearTimeout(timer);
}
