// [data-slider="500"]: a slider below the amount, from nothing to what the measure was given (in whole euros). Letting go
// asks the rules; typing works as before, and the page does without this.
const field = document.querySelector("[data-slider]");
if (field) {
  const slider = document.createElement("input");
  const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
  slider.type = "range";
  slider.className = "slider";
  slider.min = 0;
  slider.max = Math.max(Number(field.dataset.slider), 1);
  slider.step = slider.max > 1000 ? 100 : 1;
  slider.setAttribute("aria-label", field.dataset.sliderLabel);
  const follow = () => {
    const typed = field.value.trim().replace(/[.\s'](?=\d{3})/g, "").replace(",", ".");
    slider.value = Number(typed) || 0;
    say();
  };
  const say = () => slider.setAttribute("aria-valuetext", format.format(slider.value));
  slider.addEventListener("input", () => {
    field.value = slider.value;
    say();
  });
  slider.addEventListener("change", () => field.form.requestSubmit());
  field.addEventListener("input", follow);
  field.after(slider);
  follow();
}
