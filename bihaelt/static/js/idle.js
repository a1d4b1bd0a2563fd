// dialog[data-idle="address"]: a paper that was opened with a code alone, maybe on a device for everybody. After three minutes
// without input it asks, and half a minute later the paper is closed there ([data-leave]) and the address takes its place.
const QUIET = 180000;
const ASKING = 30000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "input", "scroll"];

export function leaveWhenIdle() {
  const dialog = document.querySelector("dialog[data-idle]");
  if (!dialog) return;
  for (const line of document.querySelectorAll("[data-without-idle]")) line.hidden = true;
  let seen = Date.now();
  const stay = () => {
    if (Date.now() - seen < QUIET) seen = Date.now(); // later the question has to be answered
  };
  for (const sign of SIGNS) addEventListener(sign, stay, { capture: true, passive: true });
  dialog.addEventListener("close", () => (seen = Date.now()));
  const timer = setInterval(() => {
    const quiet = Date.now() - seen;
    if (quiet >= QUIET && !dialog.open) dialog.showModal();
    if (quiet < QUIET + ASKING) return;
    clearInterval(timer);
    leave(dialog.dataset);
  }, 1000);
}

/** The ticket is used up first, so that nobody finds an open paper by going back. */
async function leave({ idle, leave: address }) {
  const booth = document.querySelector("form[data-booth]");
  if (booth) booth.dataset.sent = "yes"; // leaves without asking
  const form = [...document.forms].find((each) => each.getAttribute("action") === address);
  try {
    if (form) await fetch(address, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true });
  } finally {
    location.replace(idle);
  }
}
