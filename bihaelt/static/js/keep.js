// form[data-keep="name"]: what is typed stays in this tab until it was sent and accepted, whatever happens between
// (an expired session, a lost connection). Accepted means: the next page carries a [data-flash=success].
// data-keep-note and data-keep-discard are the words shown when something was put back.
const PREFIX = "keep:";
const WAIT = 300;

const store = {
  get: (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set: (key, value) => {
    try {
      sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: then nothing is kept.
    }
  },
};

const texts = (form) =>
  [...form.elements].filter(
    ({ name, tagName, type }) => name && (tagName === "TEXTAREA" || (tagName === "INPUT" && /^(text|search|url|tel|number|date)$/.test(type))),
  );
const isDirty = (form) => texts(form).some((field) => field.value !== field.defaultValue);

function forgetSent() {
  if (!document.querySelector("[data-flash=success]")) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX) && store.get(key)?.sent) sessionStorage.removeItem(key);
}

function putBack(form, key) {
  const kept = store.get(key)?.values ?? {};
  const missing = texts(form).filter((field) => !field.value && kept[field.name]);
  if (!missing.length) return;
  for (const field of missing) field.value = kept[field.name];
  const note = document.createElement("p");
  const discard = document.createElement("button");
  note.className = "kept";
  note.setAttribute("role", "status");
  discard.type = "button";
  discard.className = "link-button";
  discard.textContent = form.dataset.keepDiscard;
  discard.addEventListener("click", () => {
    for (const field of missing) field.value = "";
    sessionStorage.removeItem(key);
    note.remove();
    missing[0].focus();
  });
  note.append(form.dataset.keepNote, " ", discard);
  form.prepend(note);
  for (const field of missing) field.dispatchEvent(new Event("input", { bubbles: true }));
}

function watch(form) {
  const key = PREFIX + form.dataset.keep;
  let timer;
  let leaving = false;
  const save = (sent) => store.set(key, { sent, values: Object.fromEntries(texts(form).map((field) => [field.name, field.value])) });
  putBack(form, key);
  form.addEventListener("input", () => {
    leaving = false;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT, false);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
    save(true);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && isDirty(form)) event.preventDefault();
  });
}

export function keepTypedText() {
  try {
    forgetSent();
  } catch {
    return; // no storage here
  }
  document.querySelectorAll("form[data-keep]").forEach(watch);
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => sessionStorage.clear());
}
