// A form that was sent is not sent again by a second click. It is free again after a while (the answer may have been
// a download) and when one comes back with the browser's Back button.
const LOCKED = 8000; // ms

function free(form) {
  delete form.dataset.sent;
  form.querySelector("[data-sender]")?.removeAttribute("aria-disabled");
}

export function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    event.submitter?.setAttribute("data-sender", "");
    setTimeout(free, LOCKED, form);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach(free);
  });
}
