// form[data-calculator] with cost, budget and people: the answer below it follows what is typed. The server counts the same.
export function calculate() {
  const form = document.querySelector("[data-calculator]");
  const answer = document.querySelector("[data-calculator-answer]");
  if (!form || !answer) return;
  const format = new Intl.NumberFormat(document.documentElement.lang);
  form.addEventListener("input", () => {
    const [cost, budget, people] = ["cost", "budget", "people"].map((name) => Math.trunc(form.elements[name].valueAsNumber));
    if (!(cost > 0 && budget > 0 && people > 0)) return;
    answer.querySelector("[data-calculator-people]").textContent = format.format(Math.ceil((cost * people) / budget));
    answer.querySelector("[data-calculator-fits]").hidden = cost > budget;
    answer.querySelector("[data-calculator-over]").hidden = cost <= budget;
  });
}
